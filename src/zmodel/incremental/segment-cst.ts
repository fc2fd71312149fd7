import { CompositeCstNodeImpl, CstNodeBuilder, CstUtils, LeafCstNodeImpl, RootCstNodeImpl } from 'langium';
import type { AstNode, CompositeCstNode, GrammarAST, LeafCstNode } from 'langium';
import type { Range } from 'vscode-languageserver-types';

type Token = Parameters<CstNodeBuilder['addHiddenNodes']>[0][number];

/**
 * The root of a segment's concrete syntax tree. Its leaves know their places within the segment; where the segment
 * lies in the file stands here alone, so that a segment that moves needs no visit to its nodes.
 */
export class SegmentRoot extends RootCstNodeImpl {
    /** Offset of the segment's first character in the file. */
    base = 0;
    /** Zero-based line of it. */
    line = 0;
    /** True when neither the segment nor what follows it has errors, whatever the rest of the file has. */
    isWhole = false;
    /** The root of the file's tree, which has the file's text; the segment's own text while it belongs to none. */
    file: RootCstNodeImpl | undefined;

    override get fullText(): string {
        return this.file ? this.file.fullText : super.fullText;
    }
}

class SegmentLeaf extends LeafCstNodeImpl {
    readonly #root: SegmentRoot;

    constructor(root: SegmentRoot, token: Token, hidden: boolean) {
        super(token.startOffset, token.image.length, CstUtils.tokenToRange(token), token.tokenType, hidden);
        this.#root = root;
        this.root = root;
    }

    override get offset(): number {
        return super.offset + this.#root.base;
    }

    override get end(): number {
        return super.end + this.#root.base;
    }

    override get range(): Range {
        const { line } = this.#root;
        const { start, end } = super.range;
        return {
            start: { line: start.line + line, character: start.character },
            end: { line: end.line + line, character: end.character },
        };
    }
}

/** Langium's remembers its range, which moves here. */
class SegmentComposite extends CompositeCstNodeImpl {
    override get range(): Range {
        const first = this.content.find(({ hidden }) => !hidden) ?? this.content[0];
        const last = this.content.findLast(({ hidden }) => !hidden) ?? this.content.at(-1);
        if (!first || !last) return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
        const { start } = first.range;
        const { end } = last.range;
        return { start, end: end.line < start.line ? start : end };
    }
}

/** Langium's builder of concrete syntax trees, with nodes that find their places through their segment's root. */
export class SegmentCstBuilder extends CstNodeBuilder {
    #root = new SegmentRoot();

    override buildRootNode(input: string): SegmentRoot {
        this.#root = new SegmentRoot(input);
        this.#root.root = this.#root;
        // Langium keeps them to itself, and offers no other way to bring nodes of one's own.
        Reflect.set(this, 'rootNode', this.#root);
        Reflect.set(this, 'nodeStack', [this.#root]);
        return this.#root;
    }

    override buildCompositeNode(feature: GrammarAST.AbstractElement): CompositeCstNode {
        const node = new SegmentComposite();
        node.grammarSource = feature;
        node.root = this.#root;
        this.current.content.push(node);
        const stack: unknown = Reflect.get(this, 'nodeStack');
        if (!Array.isArray(stack)) throw new Error('This release of Langium builds its trees in another way.');
        stack.push(node);
        return node;
    }

    override buildLeafNode(token: Token, feature?: GrammarAST.AbstractElement): LeafCstNode {
        const leaf = new SegmentLeaf(this.#root, token, !feature);
        if (feature) leaf.grammarSource = feature;
        this.current.content.push(leaf);
        return leaf;
    }

    override addHiddenNodes(tokens: Token[]): void {
        const nodes = tokens.map((token) => new SegmentLeaf(this.#root, token, true));
        let current: CompositeCstNode = this.current;
        if (current.content.length > 0) {
            current.content.push(...nodes);
            return;
        }
        // A node without content yet: what is hidden stands before it, in the first node above that has some.
        while (current.container) {
            const index = current.container.content.indexOf(current);
            if (index > 0) {
                current.container.content.splice(index, 0, ...nodes);
                return;
            }
            current = current.container;
        }
        this.#root.content.unshift(...nodes);
    }
}

/** True for a node that was read of a text without errors in and right behind it, though the file may have some. */
export function isReadWhole({ $cstNode: cst }: AstNode): boolean {
    return cst?.root instanceof SegmentRoot && cst.root.isWhole;
}
