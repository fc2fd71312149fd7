import { isBinaryExpr } from '@zenstackhq/language/ast';
import type { BinaryExpr, Expression, Model } from '@zenstackhq/language/ast';
import { AstUtils } from 'langium';
import type { Span } from '../model/text.ts';
import { expressionSpans } from '../zmodel/cst.ts';

/** Parentheses that are meant and not written. */
export interface ImpliedGroup extends Span {
    /** The operator within it, and the one outside. */
    inner: '&&' | '||';
    outer: '&&' | '||';
}

function isLogical(node: Expression | undefined): node is BinaryExpr & { operator: '&&' | '||' } {
    return isBinaryExpr(node) && (node.operator === '&&' || node.operator === '||');
}

/**
 * Finds where `&&` and `||` meet without parentheses. In ZModel they bind alike and from left to right
 * (`LogicalExpr` in its grammar), so that `a || b && c` is `(a || b) && c`.
 * In: a parsed file. Out: what is grouped, in the order of the text, outer groups first.
 */
export function impliedGroups(model: Model): ImpliedGroup[] {
    const groups: ImpliedGroup[] = [];
    for (const node of AstUtils.streamAst(model)) {
        if (!isBinaryExpr(node) || !isLogical(node)) continue;
        // A recovered tree may lack what the types promise.
        const left = node.left as Expression | undefined;
        if (!isLogical(left) || left.operator === node.operator || !left.$cstNode) continue;
        const { span, outer } = expressionSpans(left.$cstNode);
        if (!outer) groups.push({ ...span, inner: left.operator, outer: node.operator });
    }
    return groups.sort((a, b) => a.start - b.start || b.end - a.end);
}
