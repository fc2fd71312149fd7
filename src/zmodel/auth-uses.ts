import {
    isArrayExpr,
    isBinaryExpr,
    isBooleanLiteral,
    isDataModel,
    isInvocationExpr,
    isMemberAccessExpr,
    isNullExpr,
    isNumberLiteral,
    isReferenceExpr,
    isStringLiteral,
    isThisExpr,
    isTypeDef,
} from '@zenstackhq/language/ast';
import type {
    BinaryExpr,
    DataFieldAttribute,
    DataModelAttribute,
    Expression,
    MemberAccessExpr,
} from '@zenstackhq/language/ast';
import { AstUtils } from 'langium';
import type { AstNode, CstNode } from 'langium';
import type { AuthComparison, AuthMemberUse } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { rememberUses } from './declaration-memory.ts';
import type { Uses } from './declaration-memory.ts';
import type { SchemaSource } from './view.ts';

function spanOf(cst: CstNode): Span {
    return { start: cst.offset, end: cst.end };
}

function memberSpan({ member }: MemberAccessExpr): Span | undefined {
    return member.$refNode && spanOf(member.$refNode);
}

function isNode(value: unknown): value is AstNode {
    return typeof value === 'object' && value !== null && '$type' in value && typeof value.$type === 'string';
}

/** What can hold a call, of the nodes that schemas have the most of. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
    DataField: ['attributes'],
    DataModelAttribute: ['args'],
    DataFieldAttribute: ['args'],
    AttributeArg: ['value'],
    BinaryExpr: ['left', 'right'],
    UnaryExpr: ['operand'],
    MemberAccessExpr: ['operand'],
    InvocationExpr: ['args'],
    Argument: ['value'],
    ArrayExpr: ['items'],
    ReferenceExpr: ['args'],
    StringLiteral: [],
    NumberLiteral: [],
    BooleanLiteral: [],
    NullExpr: [],
    ThisExpr: [],
};

/** Visits a node and what below it may hold a call. Langium's own stream over a tree takes several times as long. */
function visit(node: AstNode, look: (node: AstNode) => void): void {
    look(node);
    const names = CHILDREN[node.$type] ?? Object.keys(node);
    for (const name of names) {
        if (name.startsWith('$')) continue;
        const value: unknown = Reflect.get(node, name);
        if (Array.isArray(value)) {
            for (const child of value) if (isNode(child)) visit(child, look);
        } else if (isNode(value)) visit(value, look);
    }
}

/** The accesses of one chain, from `auth().a` outwards. */
function chainOf(first: MemberAccessExpr): MemberAccessExpr[] {
    const chain: MemberAccessExpr[] = [];
    for (let at: AstNode | undefined = first; isMemberAccessExpr(at); at = at.$container) chain.push(at);
    return chain;
}

/** What an operand is about, in so far as it matters when it is moved into a predicate. */
function operandKind(operand: Expression): AuthComparison['otherKind'] {
    if (isArrayExpr(operand))
        return operand.items.every((item) => operandKind(item) === 'literal') ? 'literal' : 'other';
    if (isStringLiteral(operand) || isNumberLiteral(operand) || isBooleanLiteral(operand) || isNullExpr(operand)) {
        return 'literal';
    }
    let root: Expression | undefined = operand;
    while (isMemberAccessExpr(root)) root = root.operand;
    if (isThisExpr(root)) return 'this';
    if (isReferenceExpr(root)) return 'name';
    return isInvocationExpr(root) && root.function.$refText === 'auth' ? 'auth' : 'other';
}

function isInPredicate(node: AstNode): boolean {
    return (
        AstUtils.getContainerOfType(
            node.$container,
            (at): at is BinaryExpr => isBinaryExpr(at) && ['?', '!', '^'].includes(at.operator),
        ) !== undefined
    );
}

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in'];

function comparisonOf(operand: MemberAccessExpr): AuthComparison | undefined {
    const { $container: comparison, $cstNode: cst } = operand;
    if (!isBinaryExpr(comparison) || !COMPARISONS.includes(comparison.operator)) return undefined;
    const isLeft = comparison.left === operand;
    // A recovered tree may lack what the types promise.
    const other = (isLeft ? comparison.right : comparison.left) as Expression | undefined;
    if (!other?.$cstNode || !cst) return undefined;
    const operands = [spanOf(cst), spanOf(other.$cstNode)];
    return {
        operator: comparison.operator,
        side: isLeft ? 'left' : 'right',
        // The tree counts parentheses around the comparison as a part of it.
        span: {
            start: Math.min(...operands.map(({ start }) => start)),
            end: Math.max(...operands.map(({ end }) => end)),
        },
        operand: spanOf(cst),
        other: spanOf(other.$cstNode),
        otherKind: operandKind(other),
        inPredicate: isInPredicate(comparison),
    };
}

/** The members of `auth()` that a file's rules and defaults read, and where `auth()` is called first. */
export function authUses(source: SchemaSource): Uses {
    const all = source.model.declarations.map((declaration) =>
        rememberUses(declaration, source, () => usesIn(declaration, source)),
    );
    const first = all.find((each) => each.first)?.first;
    return { uses: all.flatMap(({ uses }) => uses), ...(first && { first }) };
}

function usesIn(declaration: AstNode, source: SchemaSource): Uses {
    const uses: AuthMemberUse[] = [];
    let first: Span | undefined;
    visit(declaration, (node) => {
        if (node.$type !== 'InvocationExpr' || !isInvocationExpr(node) || node.function.$refText !== 'auth') return;
        if (!first && node.$cstNode) first = spanOf(node.$cstNode);
        const access = node.$container;
        if (!isMemberAccessExpr(access)) return;
        const span = memberSpan(access);
        if (!span) return;
        const chain = chainOf(access);
        const holder = AstUtils.getContainerOfType(access, (at) => isDataModel(at) || isTypeDef(at));
        const attribute = AstUtils.getContainerOfType(
            access,
            (at): at is DataModelAttribute | DataFieldAttribute =>
                at.$type === 'DataModelAttribute' || at.$type === 'DataFieldAttribute',
        );
        const comparison = comparisonOf(chain.at(-1) ?? access);
        uses.push({
            path: chain.map((each) => each.member.$refText),
            file: source.file,
            span,
            memberSpans: chain.map(memberSpan).filter((each) => each !== undefined),
            model: holder?.name ?? '',
            attribute: attribute?.decl.$refText ?? '',
            ...(comparison && { comparison }),
        });
    });
    return first ? { uses, first } : { uses };
}
