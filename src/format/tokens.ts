import { isBinaryExpr, isDataModel, isEnum, isTypeDef, isUnaryExpr } from '@zenstackhq/language/ast';
import type { AbstractDeclaration, Model } from '@zenstackhq/language/ast';
import { isCompositeCstNode, isLeafCstNode } from 'langium';
import type { AstNode, CstNode, LeafCstNode } from 'langium';
import type { Span } from '../model/text.ts';

/** What a token is to the layout, beyond its text. */
export type Role =
    /** Begins an import or a declaration. */
    | 'declaration'
    /** Begins a field, an attribute of a declaration, or a line of settings. */
    | 'member'
    /** The brace that opens or closes a declaration's members. */
    | 'open'
    | 'close'
    /** Begins an attribute that may stand on a line of its own within its member. */
    | 'attribute'
    | 'logical'
    /** A comparison, `in`. */
    | 'comparison'
    /** `!x` */
    | 'unary'
    /** `?`, `!` or `^` before `[`. */
    | 'predicate'
    | 'other';

/** A token of a parsed file, comments included, white space not. */
export interface Token extends Span {
    text: string;
    kind: 'code' | 'line-comment' | 'block-comment';
    role: Role;
    /** An opening parenthesis that follows a name, as in a call. */
    isCall: boolean;
}

/** A member whose parts may stand below those of its neighbours. Numbers are indices of tokens. */
export interface FieldRow {
    /** First token of the name. */
    first: number;
    /** First tokens of what may be put in columns: the type and each attribute; `=` of a setting. */
    cells: number[];
    kind: 'field' | 'enum-value' | 'setting';
}

export interface TokenList {
    tokens: Token[];
    /** The rows of each declaration, in order. */
    bodies: FieldRow[][];
}

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

function collectLeaves(node: CstNode, into: LeafCstNode[]): void {
    if (isLeafCstNode(node)) into.push(node);
    else if (isCompositeCstNode(node)) for (const part of node.content) collectLeaves(part, into);
}

function kindOf(leaf: LeafCstNode): Token['kind'] {
    if (leaf.hidden) return leaf.text.startsWith('/*') ? 'block-comment' : 'line-comment';
    return leaf.tokenType.name === 'TRIPLE_SLASH_COMMENT' ? 'line-comment' : 'code';
}

function expressionRole({ text, astNode }: LeafCstNode): Role {
    if (isUnaryExpr(astNode)) return text === '!' ? 'unary' : 'other';
    if (!isBinaryExpr(astNode)) return 'other';
    if (text === '&&' || text === '||') return 'logical';
    if (COMPARISONS.has(text)) return 'comparison';
    return text === '?' || text === '!' || text === '^' ? 'predicate' : 'other';
}

/**
 * Reads the tokens of a parsed file from its syntax tree.
 * In: the tree. Out: the tokens in the order of the text, and what stands in columns. Where the parser
 * recovered from an error, tokens may be missing: the text between two tokens then isn't blank.
 */
export function readTokens(model: Model): TokenList {
    const leaves: LeafCstNode[] = [];
    if (model.$cstNode) collectLeaves(model.$cstNode, leaves);
    // A recovering parser makes up tokens that have no place in the text.
    const real = leaves.filter((leaf) => leaf.length > 0).sort((a, b) => a.offset - b.offset);
    const tokens: Token[] = [];
    let before: Token | undefined;
    for (const leaf of real) {
        const { text, offset: start, end } = leaf;
        const isCall = text === '(' && before?.role === 'other' && /\w$/.test(before.text);
        const token: Token = { text, start, end, kind: kindOf(leaf), role: expressionRole(leaf), isCall };
        tokens.push(token);
        if (token.kind === 'code') before = token;
    }
    const marker = new Marker(tokens);
    for (const node of model.imports) marker.mark(node, 'declaration');
    const bodies = model.declarations.map((declaration) => marker.declaration(declaration));
    return { tokens, bodies };
}

class Marker {
    readonly #tokens: Token[];
    readonly #byStart: Map<number, number>;

    constructor(tokens: Token[]) {
        this.#tokens = tokens;
        this.#byStart = new Map(tokens.map(({ start }, index) => [start, index]));
    }

    /** Gives a node's first token a role, and the doc comments before it, which are a part of the node. Out: its index. */
    mark(node: AstNode, role: Role): number | undefined {
        let index = node.$cstNode && this.#byStart.get(node.$cstNode.offset);
        for (; index !== undefined && index < this.#tokens.length; index += 1) {
            const token = this.#tokens[index];
            if (!token) break;
            token.role = role;
            if (token.kind === 'code') return index;
        }
        return undefined;
    }

    declaration(declaration: AbstractDeclaration): FieldRow[] {
        this.mark(declaration, 'declaration');
        this.#braces(declaration);
        if ('params' in declaration) {
            for (const parameter of declaration.params) {
                if ('attributes' in parameter) for (const each of parameter.attributes) this.mark(each, 'attribute');
            }
            for (const each of declaration.attributes) this.mark(each, 'attribute');
            return [];
        }
        if (isDataModel(declaration) || isTypeDef(declaration) || isEnum(declaration)) {
            for (const attribute of declaration.attributes) this.mark(attribute, 'member');
        }
        return declaration.fields.flatMap((field): FieldRow[] => {
            const first = this.mark(field, 'member');
            if (first === undefined) return [];
            if (!('attributes' in field)) {
                const equals = this.#tokens[first + 1]?.text === '=' ? [first + 1] : [];
                return [{ first, cells: equals, kind: 'setting' }];
            }
            const attributes = field.attributes.map((each) => this.mark(each, 'attribute'));
            // A recovered tree may lack what the types promise.
            const type = 'type' in field ? (field.type as AstNode | undefined) : undefined;
            const typeIndex = type?.$cstNode && this.#byStart.get(type.$cstNode.offset);
            return [
                {
                    first,
                    cells: [...('type' in field ? [typeIndex] : []), ...attributes].filter(
                        (index) => index !== undefined,
                    ),
                    kind: 'type' in field ? 'field' : 'enum-value',
                },
            ];
        });
    }

    /** A declaration's own braces; those of objects in it belong to nodes of their own. */
    #braces(declaration: AbstractDeclaration): void {
        const own = (cst: CstNode): void => {
            if (isLeafCstNode(cst)) {
                const index = this.#byStart.get(cst.offset);
                const token = index === undefined ? undefined : this.#tokens[index];
                if (token?.text === '{') token.role = 'open';
                else if (token?.text === '}') token.role = 'close';
            } else if (isCompositeCstNode(cst)) {
                for (const part of cst.content) if (part.astNode === declaration) own(part);
            }
        };
        if (declaration.$cstNode) own(declaration.$cstNode);
    }
}
