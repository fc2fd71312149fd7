import type { AuthField } from '../model/auth-table.ts';
import { damageOf } from './damage.ts';
import type { Draft, Planning } from './draft.ts';
import { isDeclarationName, isFieldName, upperFirst } from './names.ts';

/** An enum that is to be written beside a model. */
export interface DraftEnum {
    name: string;
    values: string[];
    file: string;
}

/**
 * The enum for a column whose values are literals.
 * In: planning, the column's model. Out: the name of an enum of the schema with just these values, or of
 * a new one, which is noted in `planning.enums`; undefined when the column stays a String: where enums
 * aren't asked for, for a value that no enum can have, and for roles, of which one row may hold several.
 */
export function enumFor(planning: Planning, draft: Draft, field: AuthField): string | undefined {
    if (!planning.wantsEnums || typeof field.type !== 'object' || field.references) return undefined;
    if (field.key === 'role' || field.name === 'role') return undefined;
    const values = [...new Set(field.type.literals)];
    if (values.length === 0 || !values.every(isFieldName)) return undefined;
    const isSame = (other: { values: string[] }): boolean =>
        other.values.length === values.length && values.every((value) => other.values.includes(value));
    const visible = planning.view.enums.filter(({ file }) => isVisible(planning, draft.file, file));
    const base = `${draft.name}${upperFirst(field.name)}`;
    const known = visible.find((each) => isSame(each) && each.name === base) ?? visible.find(isSame);
    if (known) return known.name;
    const taken = new Set([
        ...[...planning.view.declarations, ...planning.view.enums, ...planning.view.plugins].map(({ name }) => name),
        ...[...planning.drafts.values()].map(({ name }) => name),
        ...planning.enums.map(({ name }) => name),
    ]);
    let name = base;
    const { hasWord } = damageOf(planning.view);
    for (let number = 2; taken.has(name) || hasWord(name); number += 1) name = `${base}${number}`;
    if (!isDeclarationName(name)) return undefined;
    planning.enums.push({ name, values, file: draft.file });
    return name;
}

/** In ZModel a name is visible in its own file and in files that import that one directly. */
function isVisible({ view }: Planning, from: string, to: string): boolean {
    const imports = view.files.find(({ file }) => file === from)?.imports ?? [];
    return from === to || imports.some(({ resolved }) => resolved === to);
}
