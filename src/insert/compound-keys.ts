import type { InsertConflict } from '../model/insert-plan.ts';
import type { AttributeView, DeclarationView } from '../model/schema-view.ts';
import type { Draft, Planning } from './draft.ts';
import { isUnique } from './existing.ts';
import { completeModel } from './place.ts';
import type { Edit } from './place.ts';
import type { TextStyle } from './style.ts';
import { tokensOf } from './tokens.ts';

/**
 * Finds pairs of columns that Better Auth relies on being unique together, where the model has the columns but
 * lacks the key. Rows that are there may contradict it, so that it is proposed and not just added.
 * In: planning, the draft of a model that is there, the style of its file. Out: the conflicts.
 */
export function compoundConflicts(planning: Planning, draft: Draft, style: TextStyle): InsertConflict[] {
    const { existing, table, name } = draft;
    if (!existing) return [];
    const content = planning.view.files.find(({ file }) => file === existing.file)?.content ?? '';
    const keys = uniqueKeys(planning, existing);
    return (table.indexes ?? []).flatMap(({ fields, unique }): InsertConflict[] => {
        const there = fields.flatMap((field) => existing.fields.find((other) => other.name === field) ?? []);
        if (!unique || there.length < fields.length) return [];
        // Where some of them are unique by themselves, all are together.
        if (there.some((field) => isUnique(existing, field))) return [];
        if (keys.some((key) => key.every((field) => fields.includes(field)))) return [];
        const list = fields.join(', ');
        const attribute = `@@unique([${list}])`;
        const edits = completeModel(content, existing, style, { fields: [], attributes: [attribute] });
        return [
            {
                kind: 'fields-not-unique',
                message: `${name} has no key over ${list}, but Better Auth relies on these being unique together.`,
                table: table.key,
                file: existing.file,
                span: existing.nameSpan,
                proposal: {
                    title: `Add ${attribute} to ${name}`,
                    changes: isApart(draft, edits) ? edits.map((edit) => ({ file: existing.file, ...edit })) : [],
                },
            },
        ];
    });
}

/** Whether an attribute can be added without meeting what the plan adds to the model. */
function isApart({ existing, fields, attributes }: Draft, edits: readonly Edit[]): boolean {
    if (fields.length === 0 && attributes.length === 0) return true;
    return existing?.attributes.length !== 0 && edits.every(({ start, end }) => start === end);
}

/** The fields of every `@@unique` and `@@id` of a model, those of its bases included. */
function uniqueKeys(planning: Planning, declaration: DeclarationView): string[][] {
    const seen = new Set<string>();
    const attributes: AttributeView[] = [];
    const visit = ({ name, attributes: own, bases }: DeclarationView): void => {
        if (seen.has(name)) return;
        seen.add(name);
        attributes.push(...own);
        for (const base of bases) {
            const found = planning.view.declarations.find((other) => other.name === base);
            if (found) visit(found);
        }
    };
    visit(declaration);
    return attributes.flatMap(({ name, args }) => {
        if (name !== '@@unique' && name !== '@@id') return [];
        const fields = args.find((arg) => arg.name === undefined || arg.name === 'fields');
        return fields ? [namesIn(fields.text)] : [];
    });
}

/** `[userId, slug(sort: Desc)]` → `['userId', 'slug']`. */
function namesIn(list: string): string[] {
    const names: string[] = [];
    let depth = 0;
    for (const { kind, text } of tokensOf(list)) {
        if (text === '(') depth += 1;
        else if (text === ')') depth -= 1;
        else if (kind === 'word' && depth === 0) names.push(text);
    }
    return names;
}
