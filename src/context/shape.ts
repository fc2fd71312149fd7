import ts from 'typescript';
import type { ShapeMember, ShapeType } from '../model/context-shape.ts';
import type { Unknown } from '../model/unknown.ts';
import { findAddedMembers, withAddedMembers } from './added-members.ts';
import { objectKind } from './object-kind.ts';
import { locate, shorten } from './locate.ts';
import { declaresUndefined, fromPackage, isLiteralType, isReadable } from './properties.ts';
import { Origins } from './origin.ts';
import type { Reasons } from './reasons.ts';
import { directLiterals, stripTransparent, writtenName } from './syntax.ts';
import { NOTHING, type ObjectShape, spreadOver, unite } from './unite.ts';

/** What a type holds, with its two kinds of absence beside it. */
export interface ReadType {
    value: ShapeType;
    nullable: boolean;
    undefinable: boolean;
}

/** Where a type was met. */
interface Place {
    /** A path that a reader recognises: `argument.organizationId`. */
    path: string;
    /** 0 for the argument itself. */
    depth: number;
    /** Types that are being read further up: a type that contains itself ends there. */
    above: readonly ts.Type[];
    /** Where the unknown is reported. */
    node: ts.Node;
    /** Why the type is unknown if it is `any`. */
    reason: () => string;
}

/** Members of members of members are read; what lies deeper can't be compared with a ZModel type anyway. */
const MAX_DEPTH = 3;
/** A whole request or middleware context would otherwise unfold into tens of thousands of members. */
const MAX_MEMBERS = 1_000;

/** Reads the type of one argument. `unknown` collects, over its life, everything that could not be found out. */
export class ShapeReader {
    readonly unknown: Unknown[] = [];
    readonly #program: ts.Program;
    readonly #checker: ts.TypeChecker;
    readonly #reasons: Reasons;
    readonly #origins: Origins;
    /** Literals that are passed as they stand: nothing can change a value between it and the call. */
    #literals = new Set<ts.Node>();
    #members = 0;

    constructor(program: ts.Program, reasons: Reasons) {
        this.#program = program;
        this.#checker = program.getTypeChecker();
        this.#reasons = reasons;
        this.#origins = new Origins(this.#checker);
    }

    /** What an argument holds at its place, with narrowing by control flow. */
    readArgument(argument: ts.Expression): ReadType {
        this.#literals = new Set(directLiterals(argument));
        const read = this.#withOrigins(argument, this.#expression(argument, this.#place(argument, 'argument', 0)));
        const added = findAddedMembers(argument, this.#checker);
        if (!added || read.value.kind !== 'object') return read;
        const members = added.members.map(({ name, value, certain }) => {
            const {
                value: type,
                nullable,
                undefinable,
            } = this.#expression(value, this.#place(value, `argument.${name}`, 1));
            const text = this.text(this.#checker.getTypeAtLocation(value));
            const source = locate(value.parent);
            const origin = this.#origins.ofExpression(value);
            const member = { type, text, optional: false, nullable, undefinable, source, ...(origin && { origin }) };
            return { name, certain, member };
        });
        return { ...read, value: withAddedMembers(read.value, added.written, members, added.open) };
    }

    #withOrigins(argument: ts.Expression, read: ReadType): ReadType {
        if (read.value.kind !== 'object') return read;
        const members = Object.entries(read.value.members).map(([name, member]): [string, ShapeMember] => {
            const origin = this.#origins.ofMember(argument, name);
            return [name, origin ? { ...member, origin } : member];
        });
        return { ...read, value: { ...read.value, members: Object.fromEntries(members) } };
    }

    /** An argument's type as TypeScript prints it, shortened to 200 characters. */
    typeText(argument: ts.Expression): string {
        return this.text(this.#checker.getTypeAtLocation(argument));
    }

    /** A type as TypeScript prints it, shortened to 200 characters. */
    text(type: ts.Type): string {
        return shorten(this.#checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation));
    }

    #place(expression: ts.Expression, path: string, depth: number, above: readonly ts.Type[] = []): Place {
        return { path, depth, above, node: expression, reason: () => this.#reasons.ofExpression(expression) };
    }

    #expression(expression: ts.Expression, place: Place): ReadType {
        const type = this.#checker.getTypeAtLocation(expression);
        if (type.flags & ts.TypeFlags.Any) {
            // One spread of an unknown makes the checker give up on the whole literal; its other members are known.
            const inner = stripTransparent(expression);
            if (ts.isConditionalExpression(inner)) {
                const branches = [inner.whenTrue, inner.whenFalse].map((branch) =>
                    this.#expression(branch, this.#place(branch, place.path, place.depth, place.above)),
                );
                return combine(branches);
            }
            if (ts.isObjectLiteralExpression(inner) && this.#literals.has(inner)) {
                return { value: this.#literal(inner, place), nullable: false, undefinable: false };
            }
        }
        return this.#type(type, place);
    }

    #type(type: ts.Type, place: Place): ReadType {
        const { flags } = type;
        const found = (value: ShapeType): ReadType => ({ value, nullable: false, undefinable: false });
        if (flags & ts.TypeFlags.Any) return found(this.#unknown(place, place.reason()));
        if (flags & ts.TypeFlags.Unknown) return found(this.#unknown(place, 'the type is unknown'));
        if (flags & ts.TypeFlags.Null) return { value: NOTHING, nullable: true, undefinable: false };
        if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) {
            return { value: NOTHING, nullable: false, undefinable: true };
        }
        if (flags & ts.TypeFlags.Never) return found(NOTHING);
        if (flags & ts.TypeFlags.Boolean) return found({ kind: 'boolean' });
        if (type.isUnion()) return combine(type.types.map((part) => this.#type(part, place)));
        const primitive = this.#primitive(type);
        if (primitive) return found(primitive);
        if (flags & ts.TypeFlags.NonPrimitive) return found({ kind: 'object', members: {}, open: true });
        if (flags & (ts.TypeFlags.Instantiable | ts.TypeFlags.Index)) return this.#constraint(type, place);
        if (type.isIntersection()) {
            const carrier = type.types.map((part) => this.#primitive(part)).find((shape) => shape !== undefined);
            return found(carrier ?? this.#object(type, place));
        }
        return found(flags & ts.TypeFlags.Object ? this.#object(type, place) : { kind: 'other' });
    }

    #constraint(type: ts.Type, place: Place): ReadType {
        const constraint = this.#checker.getBaseConstraintOfType(type);
        if (constraint && constraint !== type && !(constraint.flags & ts.TypeFlags.Unknown)) {
            return this.#type(constraint, place);
        }
        const reason = `the type ${this.text(type)} depends on a type parameter without a constraint`;
        return { value: this.#unknown(place, reason), nullable: false, undefinable: false };
    }

    #primitive(type: ts.Type): ShapeType | undefined {
        const { flags } = type;
        if (flags & ts.TypeFlags.EnumLiteral || flags & ts.TypeFlags.BooleanLiteral) return this.#literalShape(type);
        if (type.isStringLiteral() || type.isNumberLiteral()) return this.#literalShape(type);
        if (flags & ts.TypeFlags.StringLike) return { kind: 'string' };
        if (flags & ts.TypeFlags.NumberLike) return { kind: 'number' };
        if (flags & ts.TypeFlags.BigIntLike) return { kind: 'bigint' };
        return flags & ts.TypeFlags.ESSymbolLike ? { kind: 'other' } : undefined;
    }

    #literalShape(type: ts.Type): ShapeType {
        if (type.flags & ts.TypeFlags.BooleanLiteral) {
            return { kind: 'literals', values: [this.#checker.typeToString(type) === 'true'] };
        }
        const value = type.isStringLiteral() || type.isNumberLiteral() ? type.value : undefined;
        // A computed enum member has no value that the compiler knows.
        if (value === undefined) return { kind: type.flags & ts.TypeFlags.StringLike ? 'string' : 'number' };
        if (!(type.flags & ts.TypeFlags.EnumLiteral)) return { kind: 'literals', values: [value] };
        const enumName = this.#checker.getBaseTypeOfLiteralType(type).symbol.name;
        return { kind: 'literals', values: [value], enumName };
    }

    #object(type: ts.Type, place: Place): ShapeType {
        const kind = objectKind(type, this.#checker, this.#program, place.depth === 0);
        if (kind === 'array') return { kind: 'array', element: this.#element(type, place) };
        if (kind !== 'object') return { kind };
        const tooDeep = place.depth > MAX_DEPTH - 1 || place.above.includes(type) || this.#members > MAX_MEMBERS;
        if (tooDeep && place.depth > 0) return { kind: 'object', members: {}, open: true };

        const members: Record<string, ShapeMember> = {};
        const properties = this.#checker.getPropertiesOfType(type).filter(isReadable);
        this.#members += properties.length;
        for (const property of properties) {
            members[property.name] = this.#property(property, { ...place, above: [...place.above, type] });
        }
        const indexed = this.#checker.getIndexInfosOfType(type).length > 0;
        const anything = properties.length === 0 && !isLiteralType(type);
        return { kind: 'object', members, open: this.#hasUnknownBase(type, place) || indexed || anything };
    }

    #element(type: ts.Type, place: Place): ShapeMember {
        const element = this.#checker.getIndexTypeOfType(type, ts.IndexKind.Number);
        if (!element) return { ...absent('never'), type: NOTHING };
        const { value, nullable, undefinable } = this.#type(element, {
            ...place,
            path: `${place.path}[]`,
            depth: place.depth + 1,
            above: [...place.above, type],
        });
        return { ...absent(this.text(element)), type: value, nullable, undefinable };
    }

    /** `place` is that of the object that holds the property. */
    #property(property: ts.Symbol, place: Place): ShapeMember {
        const declaration = property.valueDeclaration ?? property.declarations?.[0];
        const memberPlace: Place = {
            path: `${place.path}.${property.name}`,
            depth: place.depth + 1,
            above: place.above,
            node: declaration && !fromPackage(declaration) ? declaration : place.node,
            reason: () => (declaration ? this.#reasons.ofDeclaration(declaration) : 'the type is any'),
        };
        const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        const own = this.#literalInitializer(property);
        const type = own?.type ?? this.#checker.getTypeOfSymbolAtLocation(property, place.node);
        const read = own?.expression
            ? this.#expression(own.expression, { ...memberPlace, reason: this.#place(own.expression, '', 0).reason })
            : this.#type(type, memberPlace);
        return {
            type: read.value,
            text: this.text(type),
            optional,
            nullable: read.nullable,
            undefinable: optional ? declaresUndefined(property, this.#checker) : read.undefinable,
            ...(declaration && { source: locate(declaration) }),
        };
    }

    /**
     * The initializer of a member that is written in a literal that is passed as it stands. The checker
     * widens `role: 'admin'` to string there, though no other value can come.
     */
    #literalInitializer(property: ts.Symbol): { type: ts.Type; expression?: ts.Expression } | undefined {
        const [declaration] = property.declarations ?? [];
        if (property.declarations?.length !== 1 || !declaration || !this.#literals.has(declaration.parent)) {
            return undefined;
        }
        if (ts.isPropertyAssignment(declaration)) {
            const expression = declaration.initializer;
            for (const literal of directLiterals(expression)) this.#literals.add(literal);
            return { type: this.#checker.getTypeAtLocation(expression), expression };
        }
        if (ts.isShorthandPropertyAssignment(declaration)) {
            const variable = this.#checker.getShorthandAssignmentValueSymbol(declaration);
            const type = variable && this.#checker.getTypeOfSymbol(variable);
            return type && type.flags & ts.TypeFlags.Literal ? { type } : undefined;
        }
        return undefined;
    }

    /** An interface or class that extends something unresolved has members that nobody knows. */
    #hasUnknownBase(type: ts.Type, place: Place): boolean {
        let found = false;
        for (const declaration of type.getSymbol()?.declarations ?? []) {
            if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassLike(declaration)) continue;
            for (const base of declaration.heritageClauses?.flatMap((clause) => [...clause.types]) ?? []) {
                const baseType = this.#checker.getTypeAtLocation(base);
                if (baseType.flags & ts.TypeFlags.Any) {
                    this.#unknown({ ...place, node: base }, this.#reasons.ofTypeNode(base));
                    found = true;
                } else if (this.#hasUnknownBase(baseType, place)) {
                    found = true;
                }
            }
        }
        return found;
    }

    #literal(literal: ts.ObjectLiteralExpression, place: Place): ShapeType {
        let shape: ObjectShape = { kind: 'object', members: {}, open: false };
        for (const property of literal.properties) {
            if (ts.isSpreadAssignment(property)) {
                const path = `${place.path}...${shorten(property.expression.getText())}`;
                const spread = this.#expression(
                    property.expression,
                    this.#place(property.expression, path, place.depth, place.above),
                );
                const object: ObjectShape =
                    spread.value.kind === 'object' ? spread.value : { kind: 'object', members: {}, open: true };
                shape = spreadOver(shape, object, spread.nullable || spread.undefinable);
                continue;
            }
            const name = writtenName(property.name);
            const symbol = this.#checker.getSymbolAtLocation(property.name);
            if (name === undefined || !symbol) shape.open = true;
            else shape.members[name] = this.#property(symbol, place);
        }
        return shape;
    }

    #unknown(place: Place, reason: string): ShapeType {
        const { file, range } = locate(place.node);
        this.unknown.push({ what: place.path, reason, file, line: range.start.line + 1 });
        return { kind: 'unknown', reason };
    }
}

function combine(parts: readonly ReadType[]): ReadType {
    return {
        value: unite(parts.map((part) => part.value)),
        nullable: parts.some((part) => part.nullable),
        undefinable: parts.some((part) => part.undefinable),
    };
}

function absent(text: string): Omit<ShapeMember, 'type'> {
    return { text, optional: false, nullable: false, undefinable: false };
}
