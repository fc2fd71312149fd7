import type { ParameterView } from '../../model/library-view.ts';
import type { DeclarationView, FieldView } from '../../model/schema-view.ts';
import { isOwnerName, isTenantMember } from '../../model/tenant-names.ts';
import { foreignKeys } from '../relations.ts';
import type { Candidate, CompletionInput } from './candidate.ts';
import { declarationOf, ranked } from './candidate.ts';
import { argumentName } from './nesting.ts';
import type { Frame } from './nesting.ts';
import { fieldCandidate, isComparable, isScalar } from './rank.ts';

interface ListPlace {
    input: CompletionInput;
    inner: Frame;
    outer: Frame;
    parameter: ParameterView;
    declaration?: { name: string };
    /** The declaration whose fields may be listed. */
    of: DeclarationView;
    holder: DeclarationView;
    /** The field that the attribute belongs to. */
    field?: FieldView;
}

function hasAttribute({ attributes }: FieldView, ...names: string[]): boolean {
    return attributes.some(({ name }) => names.includes(name));
}

/** Fields for an attribute that names some: `@@index([…])`, `fields: […]`, `references: […]`, `@@delegate(…)`. */
export function fieldList(place: ListPlace): Candidate[] {
    const { parameter, inner, outer, of } = place;
    if (parameter.array && inner === outer)
        return inner.items.length === 0 || argumentName(inner.items) !== undefined
            ? [
                  {
                      label: '[…]',
                      kind: 'value',
                      detail: parameter.name,
                      insert: '[$0]',
                      isSnippet: true,
                      filter: '[',
                      again: true,
                  },
              ]
            : [];
    if (inner !== outer && inner.role !== 'array') return [];
    if (inner.role === 'array' && inner.items.length > 0) return [];
    const listed = new Set(inner.parts.flatMap(([name]) => (name?.kind === 'word' ? [name.text] : [])));
    const fields = of.fields.filter((field) => isScalar(field) && !listed.has(field.name));
    return ranked(fields.map((field) => ({ rank: rankIn(place, field), candidate: fieldCandidate(field) })));
}

function rankIn({ input, parameter, holder, field, of, declaration }: ListPlace, candidate: FieldView): number {
    if (parameter.type === 'TransitiveFieldReference') {
        if (hasAttribute(candidate, '@id')) return 0;
        return hasAttribute(candidate, '@unique') ? 1 : 3;
    }
    const keys = foreignKeys(holder).map(({ key }) => key);
    if (field) {
        const ids = declarationOf(input.view, field.type.name)?.fields.filter((each) =>
            hasAttribute(each, '@id', '@unique'),
        );
        if (ids && ids.length > 0 && !ids.some(({ type }) => isComparable(type, candidate.type))) return 9;
        // The key of this relation: by its name, else one that no other relation has.
        if (candidate.name.toLowerCase() === `${field.name}id`.toLowerCase()) return 0;
        if (/id$/i.test(candidate.name) && candidate.name.toLowerCase().startsWith(field.name.toLowerCase())) return 1;
        if (candidate.name.toLowerCase() === `${field.type.name}id`.toLowerCase()) return 1;
        if (hasAttribute(candidate, '@id')) return 6;
        if (!/id$/i.test(candidate.name)) return 5;
        return keys.includes(candidate) ? 4 : 2;
    }
    if (declaration?.name === '@@delegate')
        return /type|kind/i.test(candidate.name) ? 0 : candidate.type.kind === 'enum' ? 1 : 2;
    if (keys.includes(candidate)) return isTenantMember(candidate) ? 0 : 1;
    if (isTenantMember(candidate) || isOwnerName(candidate.name)) return 2;
    if (of.fields.length > 0 && hasAttribute(candidate, '@id')) return 8;
    return 4;
}

/** What may be said about a field in an index: `[title(sort: Desc)]`. */
export function sortArguments({ library }: CompletionInput, frame: Frame): Candidate[] {
    if (argumentName(frame.items) === 'sort') {
        const order = library.enums.find(({ name }) => name === 'SortOrder');
        return (order?.values ?? []).map((value) => ({
            label: value,
            kind: 'enum-value',
            detail: 'SortOrder',
            insert: value,
        }));
    }
    if (frame.items.length > 0) return [];
    const given = frame.parts.map(argumentName);
    return ['sort', 'length', 'ops']
        .filter((name) => !given.includes(name))
        .map((name) => ({ label: `${name}:`, kind: 'property', insert: `${name}: `, filter: name, again: true }));
}
