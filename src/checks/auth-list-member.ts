import type { Finding } from '../model/finding.ts';
import type { AuthMemberUse, DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import { hasUnknownMembers } from './auth-members.ts';
import type { Check } from './check.ts';
import { printType } from './types.ts';
import { rangeOf } from './places.ts';

/** A list on the way of an access, and what its elements are. */
interface ListOnTheWay {
    /** Index in the path. */
    index: number;
    field: FieldView;
    element: DeclarationView;
}

/**
 * A member is read from a list of `auth()`: `auth().memberships.role`. ZenStack can't resolve it; what is
 * meant is a predicate over the elements.
 */
export const authListMember: Check = ({ view, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration) return [];
    return view.authUses.flatMap((use): Finding[] => {
        const list = findList(view, declaration, use.path);
        const span = list && use.memberSpans?.[list.index + 1];
        if (!list || !span) return [];
        const { index, field } = list;
        const member = use.path[index + 1] ?? '';
        const path = `auth().${use.path.slice(0, index + 1).join('.')}`;
        const fix = fixFor(view, use, list);
        return [
            {
                code: 'auth-list-member',
                severity: 'error',
                file: use.file,
                span,
                message:
                    `${path} is a list (${printType(field.type)}), so it has no member "${member}". ` +
                    `For "some element": ${path}?[${member} == …].`,
                related: [
                    {
                        location: rangeOf(view, field.file, field.nameSpan),
                        message: `"${field.name}" is declared in ${display(field.file)}`,
                    },
                ],
                fixes: fix ? [fix] : [],
            },
        ];
    });
};

/** The first list in a path that is not its end; undefined when it isn't sure what the path leads to. */
function findList(view: SchemaView, auth: DeclarationView, path: readonly string[]): ListOnTheWay | undefined {
    let holder = auth;
    for (const [index, name] of path.slice(0, -1).entries()) {
        const field = holder.fields.find((candidate) => candidate.name === name);
        const next = view.declarations.find((candidate) => candidate.name === field?.type.name);
        if (!field || !next || path[index + 1] === '') return undefined;
        if (field.type.array) return { index, field, element: next };
        holder = next;
    }
    return undefined;
}

/** The comparison as a predicate, where just one thing can be meant. */
function fixFor(view: SchemaView, use: AuthMemberUse, list: ListOnTheWay): Finding['fixes'][number] | undefined {
    const { comparison } = use;
    const content = view.files.find(({ file }) => file === use.file)?.content;
    const member = list.element.fields.find(({ name }) => name === use.path[list.index + 1]);
    // `!=` may mean that some element differs, or that none is equal.
    if (!comparison || comparison.operator === '!=' || content === undefined) return undefined;
    if (!member || hasUnknownMembers(view, list.element)) return undefined;
    // Within the predicate, a name is one of the element; within another one already, `this` is needed for more.
    const { otherKind, inPredicate } = comparison;
    if (otherKind === 'other' || (otherKind === 'name' && inPredicate)) return undefined;
    const path = use.path.slice(0, list.index + 1).join('.');
    return {
        title: `Compare the elements: auth().${path}?[…]`,
        preferred: true,
        data: {
            kind: 'compare-in-predicate',
            path: use.path,
            list: list.index,
            comparison: content.slice(comparison.span.start, comparison.span.end),
        },
    };
}
