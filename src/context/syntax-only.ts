import ts from 'typescript';
import type { ShapeMember, ShapeType } from '../model/context-shape.ts';
import type { Unknown } from '../model/unknown.ts';
import { locate, shorten } from './locate.ts';
import type { ReadType } from './shape.ts';
import { stripTransparent, writtenName } from './syntax.ts';
import { NOTHING, unite } from './unite.ts';

const REASON = 'types are not read';

function known(value: ShapeType): ReadType {
    return { value, nullable: false, undefinable: false };
}

function isUndefined(expression: ts.Expression): boolean {
    return (ts.isIdentifier(expression) && expression.text === 'undefined') || ts.isVoidExpression(expression);
}

/**
 * Reads what an argument's syntax alone tells: the names of a literal's members and the kinds of
 * literal values. Everything else is unknown and listed in `unknown`.
 */
export class SyntaxReader {
    readonly unknown: Unknown[] = [];

    readArgument(argument: ts.Expression): ReadType {
        return this.#expression(argument, 'argument');
    }

    /** Types aren't read. */
    typeText(): string {
        return 'unknown';
    }

    #expression(expression: ts.Expression, path: string): ReadType {
        const node = stripTransparent(expression);
        if (isUndefined(node)) return { value: NOTHING, nullable: false, undefinable: true };
        if (node.kind === ts.SyntaxKind.NullKeyword) return { value: NOTHING, nullable: true, undefinable: false };
        if (ts.isStringLiteralLike(node)) return known({ kind: 'literals', values: [node.text] });
        if (ts.isNumericLiteral(node)) return known({ kind: 'literals', values: [Number(node.text)] });
        if (ts.isTemplateExpression(node)) return known({ kind: 'string' });
        if (ts.isBigIntLiteral(node)) return known({ kind: 'bigint' });
        if (node.kind === ts.SyntaxKind.TrueKeyword) return known({ kind: 'literals', values: [true] });
        if (node.kind === ts.SyntaxKind.FalseKeyword) return known({ kind: 'literals', values: [false] });
        if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return known({ kind: 'other' });
        if (ts.isObjectLiteralExpression(node)) return known(this.#object(node, path));
        if (ts.isArrayLiteralExpression(node)) return known(this.#array(node, path));
        if (ts.isConditionalExpression(node)) {
            const parts = [node.whenTrue, node.whenFalse].map((branch) => this.#expression(branch, path));
            return {
                value: unite(parts.map((part) => part.value)),
                nullable: parts.some((part) => part.nullable),
                undefinable: parts.some((part) => part.undefinable),
            };
        }
        return known(this.#unknown(node, path));
    }

    #member(expression: ts.Expression, path: string): ShapeMember {
        const { value, nullable, undefinable } = this.#expression(expression, path);
        return { type: value, text: shorten(expression.getText()), optional: false, nullable, undefinable };
    }

    #object(literal: ts.ObjectLiteralExpression, path: string): ShapeType {
        const members: Record<string, ShapeMember> = {};
        let open = false;
        for (const property of literal.properties) {
            const name = property.name && writtenName(property.name);
            if (ts.isSpreadAssignment(property)) {
                open = true;
                this.#unknown(property.expression, `${path}...${shorten(property.expression.getText())}`);
                for (const [before, member] of Object.entries(members)) {
                    members[before] = {
                        ...member,
                        type: { kind: 'unknown', reason: 'a spread after it may overwrite it' },
                    };
                }
            } else if (name === undefined) {
                open = true;
            } else {
                members[name] = { ...this.#property(property, `${path}.${name}`), source: locate(property) };
            }
        }
        return { kind: 'object', members, open };
    }

    #property(property: ts.ObjectLiteralElementLike, path: string): ShapeMember {
        if (ts.isPropertyAssignment(property)) return this.#member(property.initializer, path);
        if (ts.isShorthandPropertyAssignment(property)) return this.#member(property.name, path);
        const type: ShapeType = ts.isMethodDeclaration(property) ? { kind: 'other' } : this.#unknown(property, path);
        return { type, text: shorten(property.getText()), optional: false, nullable: false, undefinable: false };
    }

    #array(literal: ts.ArrayLiteralExpression, path: string): ShapeType {
        const elements = literal.elements.map((element) => this.#member(element, `${path}[]`));
        const element: ShapeMember = {
            type: unite(elements.map((member) => member.type)),
            text: elements.map((member) => member.text).join(' | ') || 'never',
            optional: false,
            nullable: elements.some((member) => member.nullable),
            undefinable: elements.some((member) => member.undefinable),
        };
        return { kind: 'array', element };
    }

    #unknown(node: ts.Node, path: string): ShapeType {
        const { file, range } = locate(node);
        this.unknown.push({ what: path, reason: REASON, file, line: range.start.line + 1 });
        return { kind: 'unknown', reason: REASON };
    }
}
