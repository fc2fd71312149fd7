import {
    isArrayExpr,
    isAttributeArg,
    isBinaryExpr,
    isDataModel,
    isInvocationExpr,
    isMemberAccessExpr,
    isReferenceExpr,
    isStringLiteral,
    isThisExpr,
} from '@zenstackhq/language/ast';
import type { Expression, InvocationExpr, Model, StringLiteral } from '@zenstackhq/language/ast';
import { AstUtils, CstUtils } from 'langium';
import type { AstNode } from 'langium';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { typeOfPath } from './auth-types.ts';
import { operationsIn, RULE_ATTRIBUTES } from './operations.ts';

/** What stands at a place in a rule, where the language itself tells little about it. */
export type RulePlace = { span: Span } & (
    | { kind: 'operation'; name: string; attribute: string }
    | { kind: 'call'; name: string }
    /** A string that is compared with a member whose name says that it is a role. */
    | { kind: 'role'; value: string; member: RoleMember }
);

/** What a role is compared with. */
export interface RoleMember {
    name: string;
    /** It is a member of `auth()`, whatever its depth. */
    ofAuth: boolean;
    /** The declaration that the member belongs to, where that can be told. */
    holder?: string;
}

/**
 * Finds what stands at an offset of a file.
 * In: the parsed file, the offset, the schema. Out: undefined where it is nothing of the kinds above. The tree may be a recovered one.
 */
export function rulePlaceAt(model: Model, offset: number, view: SchemaView): RulePlace | undefined {
    const root = model.$cstNode;
    const leaf = root && CstUtils.findLeafNodeAtOffset(root, offset);
    if (!leaf || leaf.hidden) return undefined;
    const { astNode: node } = leaf;
    const span = { start: leaf.offset, end: leaf.end };
    // A recovered tree may lack what the types promise.
    if (isInvocationExpr(node) && (node.function as InvocationExpr['function'] | undefined)?.$refText === leaf.text) {
        return { kind: 'call', name: leaf.text, span };
    }
    if (!isStringLiteral(node) || !/^['"]/.test(leaf.text)) return undefined;
    const argument: AstNode | undefined = node.$container;
    if (isAttributeArg(argument)) {
        const attribute = argument.$container;
        if (!RULE_ATTRIBUTES.has(attribute.decl.$refText) || attribute.args[0] !== argument) return undefined;
        const found = operationsIn(leaf.text).find(
            ({ start, end }) => leaf.offset + start <= offset && offset <= leaf.offset + end,
        );
        if (!found) return undefined;
        return {
            kind: 'operation',
            name: found.name,
            attribute: attribute.decl.$refText,
            span: { start: leaf.offset + found.start, end: leaf.offset + found.end },
        };
    }
    const member = comparedMember(node, view);
    return member && /role/i.test(member.name) ? { kind: 'role', value: node.value, member, span } : undefined;
}

/** The member that a literal, itself or in a list, is compared with. */
function comparedMember(literal: StringLiteral, view: SchemaView): RoleMember | undefined {
    let operand: AstNode = literal;
    if (isArrayExpr(operand.$container)) operand = operand.$container;
    const comparison: AstNode | undefined = operand.$container;
    if (!isBinaryExpr(comparison) || !['==', '!=', 'in'].includes(comparison.operator)) return undefined;
    const other = (comparison.left === operand ? comparison.right : comparison.left) as Expression | undefined;
    if (isReferenceExpr(other)) {
        const holder = holderAt(other, view);
        return { name: other.target.$refText, ofAuth: false, ...(holder !== undefined && { holder }) };
    }
    if (!isMemberAccessExpr(other)) return undefined;
    const holder = typeOf(other.operand, view);
    return {
        name: other.member.$refText,
        ofAuth: pathOf(other)?.root === 'auth',
        ...(holder !== undefined && { holder }),
    };
}

/** The root of a chain of members and the names that follow. */
function pathOf(node: Expression): { root: 'auth' | Expression; names: string[] } | undefined {
    const names: string[] = [];
    let at: Expression | undefined = node;
    for (; isMemberAccessExpr(at); at = at.operand) names.unshift(at.member.$refText);
    if (isInvocationExpr(at) && at.function.$refText === 'auth') return { root: 'auth', names };
    // A recovered tree may lack what the types promise.
    const root = at as Expression | undefined;
    return root && { root, names };
}

/** The declaration that bare names belong to at a node: the element of the innermost predicate, else the model. */
function holderAt(node: AstNode, view: SchemaView): string | undefined {
    let child: AstNode = node;
    for (let at: AstNode | undefined = node.$container; at; child = at, at = at.$container) {
        if (isBinaryExpr(at) && ['?', '!', '^'].includes(at.operator) && at.right === child)
            return typeOf(at.left, view);
    }
    return AstUtils.getContainerOfType(node, isDataModel)?.name;
}

/** The declaration that an expression is one of, or a list of. */
function typeOf(node: Expression, view: SchemaView): string | undefined {
    const path = pathOf(node);
    if (!path) return undefined;
    const { root, names } = path;
    if (root === 'auth') {
        if (names.length === 0) return view.auth?.declaration.name;
        return typeOfPath(view, names)?.type.name;
    }
    let holder: string | undefined;
    let rest = names;
    if (isThisExpr(root)) holder = AstUtils.getContainerOfType(node, isDataModel)?.name;
    else if (isReferenceExpr(root)) {
        holder = holderAt(root, view);
        rest = [root.target.$refText, ...names];
    }
    for (const name of rest) {
        const declaration = view.declarations.find((each) => each.name === holder);
        const type = declaration?.fields.find((field) => field.name === name)?.type;
        holder = type?.kind === 'model' || type?.kind === 'type' ? type.name : undefined;
    }
    return holder;
}
