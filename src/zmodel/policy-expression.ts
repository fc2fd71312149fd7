import {
    isArrayExpr,
    isBinaryExpr,
    isBooleanLiteral,
    isInvocationExpr,
    isMemberAccessExpr,
    isNullExpr,
    isNumberLiteral,
    isReferenceExpr,
    isStringLiteral,
    isThisExpr,
    isUnaryExpr,
} from '@zenstackhq/language/ast';
import type { BinaryExpr, Expression, InvocationExpr, MemberAccessExpr, ReferenceExpr } from '@zenstackhq/language/ast';
import type { AstNode } from 'langium';
import type { Expr, MemberName, PolicyField, PolicyModel, Root } from '../model/policy.ts';
import type { Span } from '../model/text.ts';
import { cstOf, expressionSpans, leafBetween } from './cst.ts';

type Unplaced<T> = T extends unknown ? Omit<T, 'span' | 'outer'> : never;

/** A model, view or type as far as names in rules tell: the types of its fields by name. */
export interface NamedDeclaration {
    kind: PolicyModel['kind'];
    name: string;
    fields: ReadonlyMap<string, PolicyField['type']>;
}

/** What names mean in a schema. */
export interface Meanings {
    /** What `auth()` is. */
    auth(): NamedDeclaration | undefined;
    declaration(name: string): NamedDeclaration | undefined;
    /** The type of a field; undefined for none of that name. */
    fieldType(holder: NamedDeclaration, name: string): PolicyField['type'] | undefined;
    /** The enum with a value of that name; of several, the first. */
    enumWith(value: string): string | undefined;
}

/** Where an expression stands, for what its names may mean. */
export interface NameScope {
    schema: Meanings;
    /** The model or type that holds the rule. */
    owner: NamedDeclaration;
    /** What plain names belong to: the owner, within a predicate the type of the list's elements. */
    at: NamedDeclaration | undefined;
    bindings: ReadonlyMap<string, NamedDeclaration | undefined>;
}

/** A path with the type that it leads to, as far as that can be told. */
interface Resolved {
    expr: Expr;
    type?: PolicyField['type'] | { kind: 'model' | 'type'; name: string; array: boolean };
}

/**
 * Reads the syntax tree of a condition with its names resolved within the schema, the way ZenStack's
 * `ZModelScopeProvider` does: within a predicate a name is a field of the element, then a binding of any
 * predicate around, then the value of an enum; elsewhere a field of the model, then the value of an enum.
 * In: the expression, which a recovered tree may lack; what its names may mean; where to put what is missing.
 * Out: the condition; what can't be read is `unknown` with a reason.
 */
export function readExpression(expression: Expression | undefined, scope: NameScope, place: Span): Expr {
    if (!expression?.$cstNode) return { kind: 'unknown', reason: 'it is not finished', span: place };
    return resolve(expression, scope).expr;
}

function resolve(node: Expression, scope: NameScope): Resolved {
    const spans = expressionSpans(cstOf(node));
    const placed = (expr: Unplaced<Expr>): Expr => ({ ...expr, ...spans });
    const read = (child: Expression | undefined): Expr => readExpression(child, scope, spans.span);
    if (isStringLiteral(node) || isBooleanLiteral(node)) {
        return { expr: placed({ kind: 'literal', value: node.value }) };
    }
    if (isNullExpr(node)) return { expr: placed({ kind: 'literal', value: null }) };
    if (isNumberLiteral(node)) return { expr: placed(numberLiteral(node.value)) };
    if (isArrayExpr(node)) return { expr: placed({ kind: 'array', items: node.items.map(read) }) };
    if (isUnaryExpr(node)) return { expr: placed({ kind: 'not', operand: read(node.operand) }) };
    if (isBinaryExpr(node)) return { expr: placed(binary(node, spans.span, scope)) };
    if (isMemberAccessExpr(node)) return memberAccess(node, scope, placed);
    if (isReferenceExpr(node)) return reference(node, spans.span, scope, placed);
    if (isThisExpr(node)) {
        const expr = placed({ kind: 'path', root: { kind: 'this' }, rootSpan: spans.span, members: [] });
        return { expr, type: typeOf(scope.owner) };
    }
    if (isInvocationExpr(node)) return invocation(node, spans.span, scope, placed);
    return { expr: placed({ kind: 'unknown', reason: 'it is an object' }) };
}

function numberLiteral(text: string): Unplaced<Expr> {
    const value = Number(text);
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) {
        return { kind: 'literal', value };
    }
    return { kind: 'unknown', reason: `the number ${text} is too large` };
}

function typeOf(model: NamedDeclaration): NonNullable<Resolved['type']> {
    return { kind: model.kind === 'type' ? 'type' : 'model', name: model.name, array: false };
}

/** The declaration of a field's type; undefined for scalars and enums. */
function declarationOf(type: Resolved['type'], schema: Meanings): NamedDeclaration | undefined {
    if (type?.kind !== 'model' && type?.kind !== 'type') return undefined;
    return schema.declaration(type.name);
}

function binary(node: BinaryExpr, span: Span, scope: NameScope): Unplaced<Expr> {
    // A recovered tree may lack what the types promise.
    const left = node.left as Expression | undefined;
    const right = node.right as Expression | undefined;
    const { operator } = node;
    if (operator === '?' || operator === '!' || operator === '^') return predicate(node, operator, left, span, scope);
    const parts = {
        left: readExpression(left, scope, span),
        right: readExpression(right, scope, { start: span.end, end: span.end }),
        operatorSpan: operatorSpan(node, left, right),
    };
    if (operator === '&&') return { kind: 'and', ...parts };
    if (operator === '||') return { kind: 'or', ...parts };
    return { kind: 'compare', operator, ...parts };
}

function operatorSpan(node: BinaryExpr, left: Expression | undefined, right: Expression | undefined): Span {
    const cst = cstOf(node);
    const start = left?.$cstNode?.end ?? cst.offset;
    const found = leafBetween(cst, start, right?.$cstNode?.offset ?? cst.end);
    return found ? { start: found.offset, end: found.end } : { start, end: start };
}

function predicate(
    node: BinaryExpr,
    operator: '?' | '!' | '^',
    left: Expression | undefined,
    span: Span,
    scope: NameScope,
): Unplaced<Expr> {
    const list: Resolved = left?.$cstNode ? resolve(left, scope) : { expr: readExpression(left, scope, span) };
    const element = declarationOf(list.type, scope.schema);
    const binding = node.binding?.name;
    const condition = readExpression(
        node.right,
        {
            ...scope,
            at: element,
            bindings: binding === undefined ? scope.bindings : new Map(scope.bindings).set(binding, element),
        },
        { start: span.end, end: span.end },
    );
    return {
        kind: 'predicate',
        operator,
        list: list.expr,
        ...(binding !== undefined && { binding }),
        ...(element && { element: element.name }),
        condition,
    };
}

type Place = (expr: Unplaced<Expr>) => Expr;

function memberAccess(node: MemberAccessExpr, scope: NameScope, placed: Place): Resolved {
    const unknown = (reason: string): Resolved => ({ expr: placed({ kind: 'unknown', reason }) });
    const operand = node.operand as Expression | undefined;
    const place = (node.member as MemberAccessExpr['member'] | undefined)?.$refNode;
    if (!operand?.$cstNode || !place) return unknown('it is not finished');
    const of = resolve(operand, scope);
    if (of.expr.kind === 'unknown') return unknown(of.expr.reason);
    if (of.expr.kind !== 'path') return unknown('it is a member of something that has none');
    const name = node.member.$refText;
    const member: MemberName = { name, span: { start: place.offset, end: place.end } };
    const { root, rootSpan, members } = of.expr;
    const expr = placed({ kind: 'path', root, rootSpan, members: [...members, member] });
    // Without a declaration of what `auth()` is there is nothing to look the name up in.
    if (root.kind === 'auth' && !scope.schema.auth()) return { expr };
    if (of.type?.array === true) return unknown(`${name} is read from a list`);
    const holder = declarationOf(of.type, scope.schema);
    const type = holder && scope.schema.fieldType(holder, name);
    if (!type) return unknown(holder ? `${holder.name} has no field ${name}` : `nothing is known about ${name}`);
    return { expr, type };
}

function reference(node: ReferenceExpr, span: Span, scope: NameScope, placed: Place): Resolved {
    const name = (node.target as ReferenceExpr['target'] | undefined)?.$refText;
    if (name === undefined) return { expr: placed({ kind: 'unknown', reason: 'it is not finished' }) };
    const path = (root: Root): Expr => placed({ kind: 'path', root, rootSpan: span, members: [] });
    const type = scope.at && scope.schema.fieldType(scope.at, name);
    if (type) return { expr: path({ kind: 'field', name }), type };
    if (scope.bindings.has(name)) {
        const element = scope.bindings.get(name);
        return { expr: path({ kind: 'binding', name }), ...(element && { type: typeOf(element) }) };
    }
    const owner = scope.schema.enumWith(name);
    if (owner !== undefined) return { expr: placed({ kind: 'enum', enum: owner, value: name }) };
    const reason = scope.at ? `${scope.at.name} has no field ${name}` : `nothing is known about ${name}`;
    return { expr: placed({ kind: 'unknown', reason }) };
}

function invocation(node: InvocationExpr, span: Span, scope: NameScope, placed: Place): Resolved {
    const callee = node.function as InvocationExpr['function'] | undefined;
    const place = callee?.$refNode;
    if (!callee || !place) return { expr: placed({ kind: 'unknown', reason: 'it is not finished' }) };
    const name = callee.$refText;
    if (name === 'auth' || name === 'before') {
        const expr = placed({ kind: 'path', root: { kind: name }, rootSpan: span, members: [] });
        const type = name === 'auth' ? scope.schema.auth() : scope.owner;
        return { expr, ...(type && { type: typeOf(type) }) };
    }
    const args = node.args.map((arg: AstNode & { value?: Expression }) => readExpression(arg.value, scope, span));
    return {
        expr: placed({
            kind: 'call',
            function: name,
            functionSpan: { start: place.offset, end: place.end },
            args,
        }),
    };
}
