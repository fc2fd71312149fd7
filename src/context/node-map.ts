import ts from 'typescript';
import type { Node as NativeNode, SyntaxKind } from 'typescript-7/unstable/ast';

/** The number of each syntax kind in another version, by its number in the bundled one; both go by the same names. */
export function kindMap(kinds: typeof SyntaxKind): ReadonlyMap<number, number> {
    const others = new Map<string, unknown>(Object.entries(kinds));
    const map = new Map<number, number>();
    for (const [name, kind] of Object.entries(ts.SyntaxKind)) {
        const other = others.get(name);
        // Markers such as `FirstToken` come first and last, and name kinds that have a name of their own.
        if (typeof kind === 'number' && typeof other === 'number' && !/^(?:First|Last)[A-Z]/.test(name)) {
            map.set(kind, other);
        }
    }
    return map;
}

interface Ranged {
    pos: number;
    end: number;
}

function holds(outer: Ranged, inner: Ranged): boolean {
    return outer.pos <= inner.pos && inner.end <= outer.end;
}

function matches(node: Ranged, { pos, end }: Ranged): boolean {
    return node.pos === pos && node.end === end;
}

/** The node of the other version's tree at the same place and of the same kind. */
export function findNative(source: NativeNode, node: Ranged, kind: number | undefined): NativeNode | undefined {
    let current: NativeNode | undefined = source;
    while (current) {
        const { kind: own }: { kind: number } = current;
        if (own === kind && matches(current, node)) return current;
        let next: NativeNode | undefined;
        current.forEachChild((child) => {
            if (!next && holds(child, node)) next = child;
        });
        current = next;
    }
    return searchNative(source, node, kind);
}

/** Looks everywhere: types that are written in JSDoc hang on nodes that don't surround them. */
function searchNative(start: NativeNode, node: Ranged, kind: number | undefined): NativeNode | undefined {
    const { kind: own }: { kind: number } = start;
    if (own === kind && matches(start, node)) return start;
    let found: NativeNode | undefined;
    start.forEachChild((child) => {
        found ??= searchNative(child, node, kind);
    });
    return found;
}

/** The child around a place. A comment comes first: it lies within the blanks before the node's first child. */
function childHolding(parent: ts.Node, node: Ranged): ts.Node | undefined {
    const comment = ts.getJSDocCommentsAndTags(parent).find((candidate) => holds(candidate, node));
    return comment ?? ts.forEachChild(parent, (candidate) => (holds(candidate, node) ? candidate : undefined));
}

/** The node of the bundled parser's tree at the same place and, by the map, of the same kind. */
export function findBundled(
    source: ts.SourceFile,
    node: Ranged & { kind: number },
    kinds: ReadonlyMap<number, number>,
): ts.Node | undefined {
    let current: ts.Node | undefined = source;
    while (current) {
        if (kinds.get(current.kind) === node.kind && matches(current, node)) return current;
        current = childHolding(current, node);
    }
    return undefined;
}
