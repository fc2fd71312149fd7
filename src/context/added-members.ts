import ts from 'typescript';
import type { ShapeMember } from '../model/context-shape.ts';
import type { Backend } from './backend.ts';
import { childrenOf, stripTransparent, writtenName } from './syntax.ts';
import { type ObjectShape, memberOf, uniteMembers } from './unite.ts';

/** `context.organizationId = …` somewhere between a variable's declaration and its use. */
export interface AddedMember {
    name: string;
    value: ts.Expression;
    /** It is always carried out before the variable is passed; one inside an `if` is not. */
    certain: boolean;
}

interface Additions {
    members: AddedMember[];
    /** Names of the members that the literal itself holds. */
    written: ReadonlySet<string>;
    /** Members with computed names, or `Object.assign`: more may be there. */
    open: boolean;
}

function untypedLiteral(declaration: ts.Declaration | undefined): ts.ObjectLiteralExpression | undefined {
    if (!declaration || !ts.isVariableDeclaration(declaration) || ts.getJSDocType(declaration)) return undefined;
    const { initializer } = declaration;
    return initializer && ts.isObjectLiteralExpression(initializer) ? initializer : undefined;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
    return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/**
 * The members that plain JavaScript adds to an object literal after it was written:
 * `const context = { id }; if (member) context.role = member.role; db.$setAuth(context)`.
 * The checker takes no notice of them, or takes them for certain. TypeScript files can't do this.
 * Out: undefined unless the argument is a variable of a JavaScript file that holds such a literal.
 */
export async function findAddedMembers(argument: ts.Expression, backend: Backend): Promise<Additions | undefined> {
    const variable = stripTransparent(argument);
    if (!(argument.flags & ts.NodeFlags.JavaScriptFile) || !ts.isIdentifier(variable)) return undefined;
    const symbol = await backend.symbolAt(variable);
    const literal = symbol && untypedLiteral(await backend.valueDeclaration(symbol));
    if (!literal) return undefined;

    const scope = ts.findAncestor(literal, ts.isVariableStatement)?.parent ?? literal.getSourceFile();
    const names = literal.properties.map((property) => property.name && writtenName(property.name));
    const written = new Set(names.filter((name) => name !== undefined));
    const result: Additions = { members: [], written, open: false };
    const isVariable = async (node: ts.Node | undefined): Promise<boolean> =>
        node !== undefined &&
        ts.isIdentifier(node) &&
        node.text === variable.text &&
        (await backend.symbolAt(node)) === symbol;
    const visit = async (node: ts.Node): Promise<void> => {
        if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
            const { left, right, operatorToken } = node;
            const accessed = ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left);
            if (accessed && (await isVariable(left.expression))) {
                const name = ts.isPropertyAccessExpression(left) ? left.name : left.argumentExpression;
                const plain = operatorToken.kind === ts.SyntaxKind.EqualsToken;
                const unconditional = ts.isExpressionStatement(node.parent) && node.parent.parent === scope;
                const before = node.getEnd() <= argument.getStart();
                if (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) {
                    result.members.push({ name: name.text, value: right, certain: plain && unconditional && before });
                } else {
                    result.open = true;
                }
            }
        } else if (ts.isCallExpression(node) && node.expression.getText() === 'Object.assign') {
            if (await isVariable(node.arguments[0])) result.open = true;
        }
        for (const child of childrenOf(node)) await visit(child);
    };
    await visit(scope);
    return result.members.length > 0 || result.open ? result : undefined;
}

/**
 * The object with its added members. In: what the checker says, the names that the literal itself
 * holds, the added members with the values that were read for them.
 */
export function withAddedMembers(
    shape: ObjectShape,
    written: ReadonlySet<string>,
    added: readonly { name: string; certain: boolean; member: ShapeMember }[],
    open: boolean,
): ObjectShape {
    const members: Record<string, ShapeMember> = { ...shape.members };
    for (const name of new Set(added.map((addition) => addition.name))) {
        const additions = added.filter((addition) => addition.name === name);
        const before = written.has(name) ? memberOf(shape, name) : undefined;
        const values = [...(before ? [before] : []), ...additions.map(({ member }) => member)];
        const [first] = values;
        if (!first) continue;
        const certain = before ? !before.optional : additions.some((addition) => addition.certain);
        members[name] = { ...uniteMembers(values, first), optional: !certain };
    }
    return { kind: 'object', members, open: shape.open || open };
}
