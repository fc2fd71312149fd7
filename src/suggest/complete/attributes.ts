import type { AttributeDeclaration, ParameterView } from '../../model/library-view.ts';
import type { AttributeView, DeclarationView, FieldView } from '../../model/schema-view.ts';
import type { Candidate, CompletionInput } from './candidate.ts';
import { declarationOf, ranked, zmodel } from './candidate.ts';
import { supportsNativeType } from './native-types.ts';
import { isRelation } from './rank.ts';

/** What real schemas use most, in that order; everything else comes behind. */
const COMMON = ['@@allow', '@@deny', '@@index', '@@unique', '@@map', '@@id', '@@auth', '@@validate', '@@delegate'];

/** What makes sense for a value of an enum, and for an enum as a whole. */
const OF_ENUM_VALUES = new Set(['@map']);
const OF_ENUMS = new Set(['@@map', '@@schema']);
/** What is about a table, which a type has none of. */
const OF_TABLES = new Set(['@@delegate', '@@delegateMap', '@@map', '@@schema', '@@ignore', '@@fulltext']);
/** What upstream's validator refuses on a view. */
const NOT_OF_VIEWS = new Set(['@@id', '@@index']);
/** What is about a column, which a relation has none of; rules on relations are refused by upstream's validator. */
const OF_COLUMNS = new Set(['@id', '@unique', '@default', '@map', '@allow', '@deny', '@updatedAt', '@computed']);

/** What the attribute would stand in. */
export interface AttributeHolder {
    kind: 'model' | 'view' | 'type' | 'enum';
    declaration?: DeclarationView;
}

function has(attributes: readonly AttributeView[], name: string): boolean {
    return attributes.some((attribute) => attribute.name === name);
}

/** The attributes of a declaration and of what it inherits from. */
function inheritedAttributes(input: CompletionInput, declaration: DeclarationView): AttributeView[] {
    const seen = new Set<DeclarationView>();
    const visit = (at: DeclarationView): AttributeView[] => {
        if (seen.has(at)) return [];
        seen.add(at);
        const bases = at.bases.flatMap((name) => declarationOf(input.view, name) ?? []);
        return [...at.attributes, ...bases.flatMap(visit)];
    };
    return visit(declaration);
}

function fitsDeclaration(
    attribute: AttributeDeclaration,
    input: CompletionInput,
    { kind, declaration }: AttributeHolder,
): boolean {
    const { name } = attribute;
    if (kind === 'enum') return OF_ENUMS.has(name) && (name !== '@@schema' || isMultiSchema(input));
    if (name === '@@schema' && !isMultiSchema(input)) return false;
    if (name === '@@fulltext' && input.view.provider !== 'mysql') return false;
    if (kind === 'type' ? OF_TABLES.has(name) : name === '@@strict') return false;
    if (kind === 'view' && NOT_OF_VIEWS.has(name)) return false;
    if (!declaration) return true;
    const present = inheritedAttributes(input, declaration);
    if ((attribute.once || attribute.parameters.length === 0) && has(present, name)) return false;
    if (name === '@@map' && has(declaration.attributes, name)) return false;
    if (name === '@@auth') return input.view.authDeclarations.length === 0;
    if (name === '@@id') return !declaration.fields.some((field) => has(field.attributes, '@id'));
    if (name === '@@delegate') return !has(declaration.attributes, name);
    if (name === '@@delegateMap')
        return declaration.bases.some((base) => has(declarationOf(input.view, base)?.attributes ?? [], '@@delegate'));
    return true;
}

/** PostgreSQL alone has schemas, and its datasource must list them. */
function isMultiSchema({ view }: CompletionInput): boolean {
    const { datasource } = view;
    const content = datasource && view.files.find(({ file }) => file === datasource.file)?.content;
    return (
        view.provider === 'postgresql' &&
        /\bschemas\s*=/.test(content?.slice(datasource?.span.start, datasource?.span.end) ?? '')
    );
}

/** The `@@` attributes that fit a declaration, the likeliest first. */
export function declarationAttributes(input: CompletionInput, holder: AttributeHolder, start: number): Candidate[] {
    const isAuthType = holder.kind === 'type' && /auth|user|session/i.test(holder.declaration?.name ?? '');
    const fitting = input.library.attributes.filter(
        (attribute) =>
            attribute.name.startsWith('@@') &&
            !attribute.name.startsWith('@@@') &&
            !attribute.deprecated &&
            fitsDeclaration(attribute, input, holder),
    );
    return ranked(
        fitting.map((attribute) => ({
            rank: attribute.name === '@@auth' && isAuthType ? -1 : common(attribute.name),
            candidate: attributeCandidate(attribute, input, start),
        })),
    );
}

function common(name: string): number {
    const index = COMMON.indexOf(name);
    return index >= 0 ? index : /passthrough|meta/.test(name) ? 90 : 50;
}

/** A field as far as its text tells, while it is typed. */
export interface FieldAtCursor {
    name: string;
    /** With `[]` and `?`; undefined when it isn't known. */
    type?: FieldView['type'];
    /** Names of the attributes that it has already. */
    used: readonly string[];
}

/** Whether a field's type is one of those that an attribute is for, as upstream's validator reads `@@@targetField`. */
function fitsTargets({ targets }: AttributeDeclaration, type: FieldView['type']): boolean {
    if (targets.length === 0) return true;
    return targets.some((target) => {
        if (target === 'ModelField') return type.kind === 'model';
        if (target === 'TypeDefField') return type.kind === 'type';
        if (target === 'ListField') return type.array && type.kind !== 'model';
        return type.kind === 'builtin' && target === `${type.name}Field`;
    });
}

function fitsField(
    attribute: AttributeDeclaration,
    input: CompletionInput,
    holder: AttributeHolder,
    { type, used }: FieldAtCursor,
): boolean {
    const { name } = attribute;
    if (holder.kind === 'enum') return OF_ENUM_VALUES.has(name) && !used.includes(name);
    const mayRepeat = name === '@allow' || name === '@deny' || name === '@meta' || attribute.validation;
    if (!mayRepeat && used.includes(name)) return false;
    if (name.startsWith('@db.') && used.some((each) => each.startsWith('@db.'))) return false;
    if (!supportsNativeType(input.view.provider, name)) return false;
    if ((name === '@fuzzy' || name === '@fullText') && input.view.provider !== 'postgresql') return false;
    const fields = holder.declaration?.fields ?? [];
    if (name === '@id') {
        if (holder.kind === 'view' || fields.some((field) => has(field.attributes, '@id'))) return false;
        if (holder.declaration && has(holder.declaration.attributes, '@@id')) return false;
        if (type && (type.array || type.optional)) return false;
    }
    if (name === '@relation') return holder.kind !== 'type' && (type === undefined || type.kind === 'model');
    if (!type) return true;
    if (type.kind === 'model' && (OF_COLUMNS.has(name) || name === '@omit')) return false;
    return fitsTargets(attribute, type);
}

/** The `@` attributes that fit a field, or a value of an enum, the likeliest first. */
export function fieldAttributes(
    input: CompletionInput,
    holder: AttributeHolder,
    field: FieldAtCursor,
    start: number,
): Candidate[] {
    const typed = input.text.slice(start, input.offset);
    // Behind `@db.` only what is in there.
    const namespace = typed.slice(0, typed.lastIndexOf('.') + 1);
    const fitting = input.library.attributes
        .filter(
            (attribute) =>
                !attribute.name.startsWith('@@') && !attribute.deprecated && fitsField(attribute, input, holder, field),
        )
        .filter(({ name }) => name.startsWith(namespace));
    const likely = likelyFor(field);
    return ranked(
        fitting.map((attribute) => {
            const index = likely.indexOf(attribute.name);
            const rank = index >= 0 ? index : attribute.name.startsWith('@db.') ? 80 : common(attribute.name);
            const candidate =
                attribute.name === '@relation'
                    ? relationCandidate(attribute, input, holder, field, start)
                    : attributeCandidate(attribute, input, start);
            return { rank, candidate };
        }),
    );
}

function likelyFor({ name, type, used }: FieldAtCursor): string[] {
    if (type?.kind === 'model') return ['@relation'];
    if (type?.kind === 'type') return ['@json'];
    const isId = name === 'id' || /^user_?id$/i.test(name);
    const general = ['@default', '@unique', '@map', '@allow', '@deny', '@omit', '@ignore'];
    if (isId || used.includes('@id')) return ['@id', ...general];
    if (type?.name === 'DateTime' && /updated|modified/i.test(name)) return ['@updatedAt', ...general];
    if (/^e?_?mail|email$/i.test(name)) return ['@unique', '@email', ...general];
    return general;
}

/** A relation with the foreign key that it has, or should have, in its arguments. */
function relationCandidate(
    attribute: AttributeDeclaration,
    input: CompletionInput,
    { declaration }: AttributeHolder,
    { name, type }: FieldAtCursor,
    start: number,
): Candidate {
    const plain = attributeCandidate(attribute, input, start);
    if (isCalled(input, start)) return plain;
    if (type?.array) return { ...plain, insert: "@relation('$1')$0", isSnippet: true };
    const fields = declaration?.fields ?? [];
    const key = fields.find((field) => field.name.toLowerCase() === `${name}id`.toLowerCase() && !isRelation(field));
    const target = type && declarationOf(input.view, type.name);
    const id = target?.fields.find((field) => has(field.attributes, '@id'));
    const insert = `@relation(fields: [\${1:${key?.name ?? ''}}], references: [\${2:${id?.name ?? 'id'}}])$0`;
    return { ...plain, insert: insert.replace('${1:}', '$1'), isSnippet: true };
}

function isCalled({ text }: CompletionInput, start: number): boolean {
    return /^@*[\w.]*\(/.test(text.slice(start, start + 200));
}

/** What goes where an argument must be given. */
function placeholder({ type, array, hints }: ParameterView, index: number): string {
    if (array) return `[$${index}]`;
    return type === 'String' || hints.length > 0 ? `'$${index}'` : `$${index}`;
}

/** An attribute to complete, with places for the arguments that it must have. */
export function attributeCandidate(attribute: AttributeDeclaration, input: CompletionInput, start: number): Candidate {
    const { name, documentation, signature } = attribute;
    const required = isCalled(input, start)
        ? []
        : attribute.parameters.filter(({ optional, unnamed }) => !optional && unnamed);
    const places = required.map((parameter, index) => placeholder(parameter, index + 1));
    return {
        label: name,
        kind: 'attribute',
        detail: signature.replace(/^attribute /, ''),
        documentation: [zmodel(signature), documentation].filter((part) => part !== '').join('\n\n'),
        insert: places.length > 0 ? `${name}(${places.join(', ')})$0` : name,
        ...(places.length > 0 && { isSnippet: true, again: true }),
    };
}
