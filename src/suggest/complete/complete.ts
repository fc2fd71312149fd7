import type { DeclarationView, FieldView } from '../../model/schema-view.ts';
import { modelFacts } from '../model-facts.ts';
import { ruleSnippets } from '../rule-snippets.ts';
import type { RuleSnippet } from '../rule-snippets.ts';
import { tenantColumns } from '../tenant-columns.ts';
import { argumentCandidates, argumentPlace } from './arguments.ts';
import { declarationAttributes, fieldAttributes } from './attributes.ts';
import type { AttributeHolder } from './attributes.ts';
import { withoutPlaces, zmodel } from './candidate.ts';
import type { Candidate, Completion, CompletionInput } from './candidate.ts';
import { configCandidates, configValues, importCandidates, pluginNames, topLevel } from './config.ts';
import { baseCandidates, fieldFromTokens, fieldTypes } from './field-types.ts';
import { readLeft } from './lexer.ts';
import type { LeftText } from './lexer.ts';
import type { Located } from './locate.ts';
import type { BodyPlace } from './member.ts';
import { segmentAt, stringCandidates } from './strings.ts';

type BodyLocated = Extract<Located, { kind: 'body' }>;

/**
 * What may be typed at the cursor.
 * In: the text with the cursor, the schema without what is being typed, what is known of the application; where
 * the cursor is (see `locate`). Out: candidates, the likeliest first; undefined where the language's own completion
 * is to answer.
 */
export function complete(input: CompletionInput, located: Located): Completion | undefined {
    const { typed } = located.left;
    const replace = { start: typed.start, end: input.offset };
    const answer = (candidates: Candidate[]): Completion => ({ candidates, replace });
    switch (located.kind) {
        case 'nowhere':
            return answer([]);
        case 'other':
            return undefined;
        case 'top':
            return answer(typed.text.startsWith('@') ? [] : topLevel(input, located.isFirst));
        case 'import':
            return importPath(input, located.left, replace);
        case 'header':
            return answer(headerCandidates(input, located.chunk.keyword, located.left));
        case 'config':
            return config(input, located, replace);
        case 'body':
            return body(input, located, replace);
    }
}

function importPath(
    input: CompletionInput,
    { inside, string, tokens }: LeftText,
    replace: Completion['replace'],
): Completion {
    if (inside === 'string' && string)
        return { candidates: importCandidates(input, ''), replace: segmentAt(input.text, string, input.offset, false) };
    return { candidates: tokens.length === 1 ? importCandidates(input, "'") : [], replace };
}

/** Behind a declaration's name: what it extends or takes over. */
function headerCandidates(input: CompletionInput, keyword: string, { tokens, typed }: LeftText): Candidate[] {
    const last = tokens.at(-1);
    if (keyword === 'plugin' && tokens.length === 1) return pluginNames(input);
    if ((keyword !== 'model' && keyword !== 'type') || tokens.length < 2 || !last) return [];
    const words = tokens.slice(2).map(({ text }) => text);
    const since = words.findLastIndex((text) => text === 'extends' || text === 'with');
    const clause = words[since];
    const name = tokens[1]?.text ?? '';
    const isOpen = clause === 'with' ? last.text === ',' || last.text === 'with' : last.text === 'extends';
    if ((clause === 'extends' || clause === 'with') && isOpen)
        return baseCandidates(input.view, clause, [name, ...words]);
    if (typed.text !== '' && typed.first) return [];
    const clauses = keyword === 'model' ? (['extends', 'with'] as const) : (['with'] as const);
    return clauses
        .filter((each) => !words.includes(each) && baseCandidates(input.view, each, [name]).length > 0)
        .map((each) => ({
            label: each,
            kind: 'keyword',
            detail: each === 'with' ? 'take over the fields of types' : 'be a kind of another model',
            insert: `${each} `,
            filter: each,
            again: true,
        }));
}

function config(
    input: CompletionInput,
    { chunk, tokens, right, left }: Extract<Located, { kind: 'config' }>,
    replace: Completion['replace'],
): Completion {
    const { string } = left;
    if (!string) return { candidates: configCandidates(input, chunk.keyword, tokens, right), replace };
    const key = tokens.at(-1)?.text === '=' ? (tokens.at(-2)?.text ?? '') : '';
    return {
        candidates: configValues(input, chunk.keyword, key, tokens, ''),
        replace: segmentAt(input.text, string, input.offset, false),
    };
}

function body(input: CompletionInput, located: BodyLocated, replace: Completion['replace']): Completion {
    const { place, chunk, left } = located;
    const declaration = input.view.declarations.find(
        (candidate) => candidate.file === input.file && candidate.name === located.name,
    );
    const kind =
        chunk.keyword === 'view'
            ? 'view'
            : chunk.keyword === 'type'
              ? 'type'
              : chunk.keyword === 'enum'
                ? 'enum'
                : 'model';
    const holder: AttributeHolder = { kind, ...(declaration && { declaration }) };
    const { start } = left.typed;
    if (place.kind === 'arguments') return inArguments(input, located, place, holder, replace);
    if (left.inside === 'string') return { candidates: [], replace };
    switch (place.kind) {
        case 'between':
            return { candidates: between(input, holder, left), replace };
        case 'field-type':
            return { candidates: fieldTypes(input, declaration, place.name.text), replace };
        case 'field-attributes': {
            const field = fieldAtCursor(input, located, place);
            const found = fieldAttributes(
                input,
                holder,
                { ...field, used: [...place.used, ...usedBehind(input)] },
                start,
            );
            return { candidates: found, replace };
        }
        case 'behind-attribute':
        case 'outside':
        case 'unknown':
            return { candidates: [], replace };
    }
}

/** Where a member may begin: rules that fit the model, and attributes once an at sign is typed. */
function between(input: CompletionInput, holder: AttributeHolder, { typed }: LeftText): Candidate[] {
    const { declaration } = holder;
    const isAttribute = typed.text.startsWith('@');
    const attributes = isAttribute || typed.text === '' ? declarationAttributes(input, holder, typed.start) : [];
    const hasRules = input.library.attributes.some(({ name }) => name === '@@allow');
    if (declaration?.kind !== 'model' || holder.kind !== 'model') return attributes;
    const facts = modelFacts(input.view, declaration);
    const snippets = [
        ...(facts && hasRules ? ruleSnippets(facts, input.roles) : []),
        ...tenantColumns(input.view, declaration),
    ];
    return [...snippets.map(snippetCandidate), ...attributes];
}

function snippetCandidate(snippet: RuleSnippet): Candidate {
    return {
        label: snippet.label,
        kind: 'snippet',
        detail: snippet.detail,
        documentation: `${snippet.documentation}\n\n${zmodel(withoutPlaces(snippet.text))}`,
        insert: snippet.text,
        isSnippet: true,
        filter: snippet.filter,
        ...(snippet.changes && { changes: snippet.changes }),
    };
}

/** The field whose attributes are being typed, from its text: the view leaves it out. */
function fieldAtCursor(
    input: CompletionInput,
    located: BodyLocated,
    place: Extract<BodyPlace, { kind: 'field-attributes' }>,
): { name: string; type?: FieldView['type'] } {
    const tokens = located.left.tokens.filter((token) => token.start >= place.name.start);
    const field = fieldFromTokens(tokens, input, located.name);
    return { name: place.name.text, ...(field && { type: field.type }) };
}

/** The attributes that stand behind the cursor on its line. */
function usedBehind({ text, offset }: CompletionInput): string[] {
    const end = /[\n\r]/.exec(text.slice(offset))?.index ?? text.length - offset;
    const { tokens, typed } = readLeft(text, offset, offset + end);
    return [...tokens, typed].flatMap((token) => (token.text.startsWith('@') ? [token.text] : []));
}

function inArguments(
    input: CompletionInput,
    located: BodyLocated,
    place: Extract<BodyPlace, { kind: 'arguments' }>,
    { kind, declaration }: AttributeHolder,
    replace: Completion['replace'],
): Completion {
    const tokens = located.left.tokens.filter((token) => token.start >= place.start);
    const field = place.field && fieldFromTokens(tokens, input, located.name);
    const known = declaration ?? emptyDeclaration(input, located, kind === 'type' ? 'type' : 'model');
    // What is being typed is no part of the view, and yet a rule may be about it.
    const isNew = field && !known.fields.some(({ name }) => name === field.name);
    const holder = isNew ? { ...known, fields: [...known.fields, field] } : known;
    const found = argumentPlace(
        input,
        { name: place.attribute, tokens: place.tokens },
        { holder, ...(field && { field }) },
        located.left.typed,
    );
    if (!found) return { candidates: [], replace };
    const { string } = located.left;
    return string ? stringCandidates(found, string, input.offset) : { candidates: argumentCandidates(found), replace };
}

/** A declaration of which nothing is known but its name. */
function emptyDeclaration(
    input: CompletionInput,
    { name, chunk }: BodyLocated,
    kind: 'model' | 'type',
): DeclarationView {
    const span = { start: chunk.start, end: chunk.end };
    return {
        kind,
        name,
        file: input.file,
        span,
        nameSpan: span,
        bodySpan: span,
        ownFields: [],
        fields: [],
        attributes: [],
        bases: [],
        tableName: name,
        intact: false,
    };
}
