import { GrammarUtils, isCompositeCstNode, isLeafCstNode } from 'langium';
import type { AstNode, CstNode, LeafCstNode } from 'langium';
import type { Span } from '../model/text.ts';

/** The span of a node without the doc comments that ZModel's grammar makes part of it. */
export function spanOf(cst: CstNode): Span {
    return { start: (firstLeaf(cst) ?? cst).offset, end: cst.end };
}

function firstLeaf(cst: CstNode): LeafCstNode | undefined {
    if (isLeafCstNode(cst)) {
        return cst.hidden || cst.tokenType.name === 'TRIPLE_SLASH_COMMENT' ? undefined : cst;
    }
    if (!isCompositeCstNode(cst)) return undefined;
    for (const part of cst.content) {
        const leaf = firstLeaf(part);
        if (leaf) return leaf;
    }
    return undefined;
}

/** The braces of a declaration itself; those of its members belong to other nodes of the tree. */
export function braces(cst: CstNode, brace: '{' | '}'): CstNode[] {
    if (isLeafCstNode(cst)) return cst.text === brace ? [cst] : [];
    if (!isCompositeCstNode(cst)) return [];
    return cst.content.filter((part) => part.astNode === cst.astNode).flatMap((part) => braces(part, brace));
}

/** The place of a node in the text. Throws for a node without one, which no parser makes. */
export function cstOf(node: AstNode): CstNode {
    if (!node.$cstNode) throw new Error(`A ${node.$type} without a place in the text`);
    return node.$cstNode;
}

/** The place of what a node's property was read from; undefined when the tree has none. */
export function propertySpan(node: AstNode, property: string): Span | undefined {
    const found = GrammarUtils.findNodeForProperty(node.$cstNode, property);
    return found && { start: found.offset, end: found.end };
}

/**
 * The places of an expression. In: its part of the tree, which counts parentheses around it as its own.
 * Out: `span` without them, `outer` with all of them where there are any.
 */
export function expressionSpans(cst: CstNode): { span: Span; outer?: Span } {
    let inner = cst;
    let isWrapped = false;
    while (isCompositeCstNode(inner)) {
        const { content } = inner;
        const first = content[0];
        // Each level of precedence adds a node, which mostly holds nothing but the next.
        if (first && content.length === 1) {
            inner = first;
            continue;
        }
        const [open, next] = firstTwo(content);
        if (!open || !isLeafCstNode(open) || open.text !== '(' || !next) break;
        isWrapped = true;
        inner = next;
    }
    const span = { start: inner.offset, end: inner.end };
    return isWrapped ? { span, outer: { start: cst.offset, end: cst.end } } : { span };
}

/** The first two parts that are no comments. */
function firstTwo(content: readonly CstNode[]): [CstNode | undefined, CstNode | undefined] {
    let first: CstNode | undefined;
    for (const part of content) {
        if (part.hidden) continue;
        if (first) return [first, part];
        first = part;
    }
    return [first, undefined];
}

/** The first token within a node's text that lies between two offsets, comments left out. */
export function leafBetween(cst: CstNode, start: number, end: number): LeafCstNode | undefined {
    if (isLeafCstNode(cst)) return !cst.hidden && cst.offset >= start && cst.end <= end ? cst : undefined;
    if (!isCompositeCstNode(cst)) return undefined;
    for (const part of cst.content) {
        if (part.end <= start) continue;
        const found = leafBetween(part, start, end);
        if (found) return found;
    }
    return undefined;
}
