import type { BuiltinTypeName, DeclarationView, FieldType, FieldView, SchemaView } from '../../model/schema-view.ts';
import { isOwnerName } from '../../model/tenant-names.ts';
import { plural } from '../../insert/names.ts';
import type { Candidate, CompletionInput } from './candidate.ts';
import { ranked } from './candidate.ts';
import type { Lexeme } from './lexer.ts';

const BUILTIN: readonly BuiltinTypeName[] = [
    'String',
    'Int',
    'Boolean',
    'DateTime',
    'Float',
    'Json',
    'Decimal',
    'BigInt',
    'Bytes',
];

/** The type that a field's name lets expect. */
function expected(name: string): BuiltinTypeName {
    if (/(At|On|Date|Time|_at)$|^(date|time)$/.test(name)) return 'DateTime';
    if (/^(is|has|can|should|was)(?=[A-Z_])|^(published|enabled|active|archived|deleted|public|verified)$/.test(name))
        return 'Boolean';
    if (/(count|number|amount|size|order|position|age|quantity|level|priority|total)$/i.test(name)) return 'Int';
    if (/^(metadata|settings|data|payload|config)$/i.test(name)) return 'Json';
    return 'String';
}

/** Types for a field: those that its name lets expect first, then the builtin ones, enums, models and types. */
export function fieldTypes({ view }: CompletionInput, holder: DeclarationView | undefined, name: string): Candidate[] {
    const lower = name.toLowerCase();
    const likely = expected(name);
    const isType = holder?.kind === 'type';
    const target = (candidate: DeclarationView): number => {
        const model = candidate.name.toLowerCase();
        if (model === lower || plural(model) === lower) return 0;
        if (lower.endsWith(model) && !/id$/i.test(name)) return 1;
        if (isOwnerName(name) && !/id$/i.test(name) && /^users?$/i.test(candidate.name)) return 1;
        return 30;
    };
    const models = view.declarations.filter(({ kind }) => kind === 'model' || kind === 'view');
    const types = view.declarations.filter((candidate) => candidate.kind === 'type' && candidate !== holder);
    const list = (candidate: DeclarationView): boolean => plural(candidate.name.toLowerCase()) === lower;
    return ranked([
        ...BUILTIN.map((type, index) => ({
            rank: type === likely ? 2 : 10 + index,
            candidate: { label: type, kind: 'type' as const, detail: 'builtin', insert: type },
        })),
        ...view.enums.map((each) => ({
            rank: lower.endsWith(each.name.toLowerCase()) || each.name.toLowerCase().endsWith(lower) ? 0 : 20,
            candidate: {
                label: each.name,
                kind: 'enum' as const,
                detail: `enum: ${each.values.slice(0, 6).join(', ')}`,
                insert: each.name,
            },
        })),
        ...models.flatMap((candidate) => {
            const rank = target(candidate) + (isType && target(candidate) > 1 ? 20 : 0);
            const plain = {
                label: candidate.name,
                kind: 'model' as const,
                detail: candidate.kind,
                insert: candidate.name,
            };
            const many = { ...plain, label: `${candidate.name}[]`, insert: `${candidate.name}[]` };
            return list(candidate)
                ? [
                      { rank, candidate: many },
                      { rank: rank + 1, candidate: plain },
                  ]
                : [{ rank, candidate: plain }];
        }),
        ...types.map((candidate) => ({
            rank: target(candidate) + 10,
            candidate: { label: candidate.name, kind: 'type' as const, detail: 'type', insert: candidate.name },
        })),
    ]);
}

/** Types that a declaration may take over, or extend. */
export function baseCandidates(view: SchemaView, keyword: 'extends' | 'with', taken: readonly string[]): Candidate[] {
    const isBase = ({ kind, attributes }: DeclarationView): boolean =>
        keyword === 'with'
            ? kind === 'type' && !attributes.some(({ name }) => name === '@@auth')
            : kind === 'model' && attributes.some(({ name }) => name === '@@delegate');
    return view.declarations
        .filter((candidate) => isBase(candidate) && !taken.includes(candidate.name))
        .map(({ name, kind, fields }) => ({
            label: name,
            kind: kind === 'model' ? 'model' : 'type',
            detail: `${kind}: ${fields
                .slice(0, 5)
                .map((field) => field.name)
                .join(', ')}`,
            insert: name,
        }));
}

/**
 * A field of which only the text is there.
 * In: the tokens of its member up to the cursor, where it stands, the view. Out: the field; undefined without a type.
 */
export function fieldFromTokens(
    tokens: readonly Lexeme[],
    { view, file }: CompletionInput,
    holder: string,
): FieldView | undefined {
    const [name, type] = tokens;
    if (name?.kind !== 'word' || type?.kind !== 'word') return undefined;
    let end = 2;
    const array = tokens[end]?.text === '[' && tokens[end + 1]?.text === ']';
    if (array) end += 2;
    const optional = tokens[end]?.text === '?';
    const span = { start: name.start, end: tokens.at(-1)?.end ?? type.end };
    return {
        name: name.text,
        type: typeNamed(type.text, { array, optional }, view),
        attributes: tokens
            .filter(({ kind }) => kind === 'attribute')
            .map((token) => ({ name: token.text, args: [], span: { start: token.start, end: token.end } })),
        file,
        span,
        nameSpan: { start: name.start, end: name.end },
        typeSpan: { start: type.start, end: type.end },
        declaredIn: holder,
    };
}

function typeNamed(name: string, shape: { array: boolean; optional: boolean }, view: SchemaView): FieldType {
    const builtin = BUILTIN.find((each) => each === name);
    if (builtin) return { ...shape, kind: 'builtin', name: builtin };
    const values = view.enums.find((each) => each.name === name)?.values;
    if (values) return { ...shape, kind: 'enum', name, values };
    const declaration = view.declarations.find((each) => each.name === name);
    if (!declaration) return { ...shape, kind: name === 'Unsupported' ? 'unsupported' : 'unresolved', name };
    return { ...shape, kind: declaration.kind === 'type' ? 'type' : 'model', name };
}
