import type { FixData } from '../model/fix.ts';
import type { AuthComparison, AuthMemberUse, SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';

/** Makes a comparison with a member of a list a predicate over the list. */
export function compareInPredicate(
    view: SchemaView,
    file: string,
    { path, list, comparison: text }: Extract<FixData, { kind: 'compare-in-predicate' }>,
): TextChange[] {
    const content = view.files.find((candidate) => candidate.file === file)?.content;
    if (content === undefined) return [];
    const isMeant = (use: AuthMemberUse): boolean =>
        use.file === file &&
        use.path.join('.') === path.join('.') &&
        use.comparison !== undefined &&
        content.slice(use.comparison.span.start, use.comparison.span.end) === text;
    // The same text several times means the same each time: all of them are wrong.
    const done = new Set<number>();
    return view.authUses.filter(isMeant).flatMap((use): TextChange[] => {
        const { comparison } = use;
        if (!comparison || done.has(comparison.span.start)) return [];
        done.add(comparison.span.start);
        const predicate = predicateFor(view, use, { comparison, content, list });
        return predicate === undefined ? [] : [{ file, ...comparison.span, text: predicate }];
    });
}

function predicateFor(
    view: SchemaView,
    use: AuthMemberUse,
    { comparison, content, list }: { comparison: AuthComparison; content: string; list: number },
): string | undefined {
    const access = content.slice(comparison.operand.start, comparison.operand.end);
    const end = use.memberSpans?.[list]?.end;
    // Parentheses or comments within the access would be torn apart.
    if (end === undefined || access.replaceAll(/\s/g, '') !== `auth().${use.path.join('.')}`) return undefined;
    const head = content.slice(comparison.operand.start, end);
    const member = use.path.slice(list + 1).join('.');
    const other = otherOperand(view, use, comparison, content);
    if (other === undefined) return undefined;
    if (comparison.side === 'left') return `${head}?[${member} ${comparison.operator} ${other}]`;
    // `x in list.member`: the value of some element is x.
    if (comparison.operator === 'in') return `${head}?[${member} == ${other}]`;
    return `${head}?[${other} ${comparison.operator} ${member}]`;
}

/** The other operand as it has to be written inside of a predicate, where names are those of the element. */
function otherOperand(
    view: SchemaView,
    use: AuthMemberUse,
    { other, otherKind, inPredicate }: AuthComparison,
    content: string,
): string | undefined {
    const text = content.slice(other.start, other.end);
    if (otherKind === 'other' || (otherKind === 'name' && inPredicate)) return undefined;
    if (otherKind !== 'name') return text;
    const name = /^\w+/.exec(text)?.[0] ?? '';
    const model = view.declarations.find((declaration) => declaration.name === use.model);
    if (model?.fields.some((field) => field.name === name)) return `this.${text}`;
    return view.enums.some(({ values }) => values.includes(name)) ? text : undefined;
}
