import ts from 'typescript';
import type { ShapeMember, ShapeType } from '../model/context-shape.ts';
import type { Unknown } from '../model/unknown.ts';
import type { Backend, SymbolHandle, TypeHandle } from './backend.ts';
import { findAddedMembers, withAddedMembers } from './added-members.ts';
import { objectKind } from './object-kind.ts';
import { locate, shorten } from './locate.ts';
import { declaresUndefined, fromPackage, isReadable } from './properties.ts';
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
    above: readonly TypeHandle[];
    /** Where the unknown is reported. */
    node: ts.Node;
    /** Why the type is unknown if it is `any`. */
    reason: () => Promise<string>;
}

/** Members of members of members are read; what lies deeper can't be compared with a ZModel type anyway. */
const MAX_DEPTH = 3;
/** A whole request or middleware context would otherwise unfold into tens of thousands of members. */
const MAX_MEMBERS = 1_000;

/** Reads the type of one argument. `unknown` collects, over its life, everything that could not be found out. */
export class ShapeReader {
    readonly unknown: Unknown[] = [];
    readonly #backend: Backend;
    readonly #reasons: Reasons;
    readonly #origins: Origins;
    /** Literals that are passed as they stand: nothing can change a value between it and the call. */
    #literals = new Set<ts.Node>();
    #members = 0;

    constructor(backend: Backend, reasons: Reasons) {
        this.#backend = backend;
        this.#reasons = reasons;
        this.#origins = new Origins(backend);
    }

    /** What an argument holds at its place, with narrowing by control flow. */
    async readArgument(argument: ts.Expression): Promise<ReadType> {
        this.#literals = new Set(directLiterals(argument));
        const plain = await this.#expression(argument, this.#place(argument, 'argument', 0));
        const read = await this.#withOrigins(argument, plain);
        const added = await findAddedMembers(argument, this.#backend);
        if (!added || read.value.kind !== 'object') return read;
        const members: Parameters<typeof withAddedMembers>[2][number][] = [];
        for (const { name, value, certain } of added.members) {
            const place = this.#place(value, `argument.${name}`, 1);
            const { value: type, nullable, undefinable } = await this.#expression(value, place);
            const text = await this.typeText(value);
            const source = locate(value.parent);
            const origin = await this.#origins.ofExpression(value);
            const member = { type, text, optional: false, nullable, undefinable, source, ...(origin && { origin }) };
            members.push({ name, certain, member });
        }
        return { ...read, value: withAddedMembers(read.value, added.written, members, added.open) };
    }

    async #withOrigins(argument: ts.Expression, read: ReadType): Promise<ReadType> {
        if (read.value.kind !== 'object') return read;
        const members: [string, ShapeMember][] = [];
        for (const [name, member] of Object.entries(read.value.members)) {
            const origin = await this.#origins.ofMember(argument, name);
            members.push([name, origin ? { ...member, origin } : member]);
        }
        return { ...read, value: { ...read.value, members: Object.fromEntries(members) } };
    }

    /** An argument's type as TypeScript prints it, shortened to 200 characters. */
    async typeText(argument: ts.Expression): Promise<string> {
        return this.#text(await this.#backend.typeAt(argument));
    }

    /** A type as TypeScript prints it, shortened to 200 characters. */
    async #text(type: TypeHandle): Promise<string> {
        return shorten(await this.#backend.text(type));
    }

    #place(expression: ts.Expression, path: string, depth: number, above: readonly TypeHandle[] = []): Place {
        return { path, depth, above, node: expression, reason: () => this.#reasons.ofExpression(expression) };
    }

    async #expression(expression: ts.Expression, place: Place): Promise<ReadType> {
        const type = await this.#backend.typeAt(expression);
        if (type.flags & ts.TypeFlags.Any) {
            // One spread of an unknown makes the checker give up on the whole literal; its other members are known.
            const inner = stripTransparent(expression);
            if (ts.isConditionalExpression(inner)) {
                const branches = [inner.whenTrue, inner.whenFalse];
                return this.#combine(branches, (branch) =>
                    this.#expression(branch, this.#place(branch, place.path, place.depth, place.above)),
                );
            }
            if (ts.isObjectLiteralExpression(inner) && this.#literals.has(inner)) {
                return { value: await this.#literal(inner, place), nullable: false, undefinable: false };
            }
        }
        return this.#type(type, place);
    }

    async #type(type: TypeHandle, place: Place): Promise<ReadType> {
        const { flags } = type;
        const found = (value: ShapeType): ReadType => ({ value, nullable: false, undefinable: false });
        if (flags & ts.TypeFlags.Any) return found(this.#unknown(place, await place.reason()));
        if (flags & ts.TypeFlags.Unknown) return found(this.#unknown(place, 'the type is unknown'));
        if (flags & ts.TypeFlags.Null) return { value: NOTHING, nullable: true, undefinable: false };
        if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)) {
            return { value: NOTHING, nullable: false, undefinable: true };
        }
        if (flags & ts.TypeFlags.Never) return found(NOTHING);
        if (flags & ts.TypeFlags.Boolean) return found({ kind: 'boolean' });
        if (flags & ts.TypeFlags.Union) {
            return this.#combine(await this.#backend.parts(type), (part) => this.#type(part, place));
        }
        const primitive = await this.#primitive(type);
        if (primitive) return found(primitive);
        if (flags & ts.TypeFlags.NonPrimitive) return found({ kind: 'object', members: {}, open: true });
        if (flags & (ts.TypeFlags.Instantiable | ts.TypeFlags.Index)) return this.#constraint(type, place);
        if (flags & ts.TypeFlags.Intersection) {
            for (const part of await this.#backend.parts(type)) {
                const carrier = await this.#primitive(part);
                if (carrier) return found(carrier);
            }
            return found(await this.#object(type, place));
        }
        return found(flags & ts.TypeFlags.Object ? await this.#object(type, place) : { kind: 'other' });
    }

    async #constraint(type: TypeHandle, place: Place): Promise<ReadType> {
        const constraint = await this.#backend.baseConstraint(type);
        if (constraint && constraint !== type && !(constraint.flags & ts.TypeFlags.Unknown)) {
            return this.#type(constraint, place);
        }
        const reason = `the type ${await this.#text(type)} depends on a type parameter without a constraint`;
        return { value: this.#unknown(place, reason), nullable: false, undefinable: false };
    }

    async #primitive(type: TypeHandle): Promise<ShapeType | undefined> {
        const { flags } = type;
        if (flags & ts.TypeFlags.EnumLiteral || flags & ts.TypeFlags.BooleanLiteral) return this.#literalShape(type);
        if (flags & (ts.TypeFlags.StringLiteral | ts.TypeFlags.NumberLiteral)) return this.#literalShape(type);
        if (flags & ts.TypeFlags.StringLike) return { kind: 'string' };
        if (flags & ts.TypeFlags.NumberLike) return { kind: 'number' };
        if (flags & ts.TypeFlags.BigIntLike) return { kind: 'bigint' };
        return flags & ts.TypeFlags.ESSymbolLike ? { kind: 'other' } : undefined;
    }

    async #literalShape(type: TypeHandle): Promise<ShapeType> {
        if (type.flags & ts.TypeFlags.BooleanLiteral) {
            return { kind: 'literals', values: [(await this.#backend.text(type)) === 'true'] };
        }
        const value = this.#backend.literalValue(type);
        // A computed enum member has no value that the compiler knows.
        if (value === undefined) return { kind: type.flags & ts.TypeFlags.StringLike ? 'string' : 'number' };
        if (!(type.flags & ts.TypeFlags.EnumLiteral)) return { kind: 'literals', values: [value] };
        return { kind: 'literals', values: [value], enumName: await this.#backend.enumName(type) };
    }

    async #object(type: TypeHandle, place: Place): Promise<ShapeType> {
        const kind = await objectKind(type, this.#backend, place.depth === 0);
        if (kind === 'array') return { kind: 'array', element: await this.#element(type, place) };
        if (kind !== 'object') return { kind };
        const tooDeep = place.depth > MAX_DEPTH - 1 || place.above.includes(type) || this.#members > MAX_MEMBERS;
        if (tooDeep && place.depth > 0) return { kind: 'object', members: {}, open: true };

        const members: Record<string, ShapeMember> = {};
        const properties = await this.#backend.properties(type);
        this.#members += properties.length;
        for (const property of properties) {
            if (!(await isReadable(property, this.#backend))) continue;
            members[property.name] = await this.#property(property, { ...place, above: [...place.above, type] });
        }
        const indexed = await this.#backend.hasIndexSignature(type);
        const anything = Object.keys(members).length === 0 && !this.#backend.isObjectLiteral(type);
        return { kind: 'object', members, open: (await this.#hasUnknownBase(type, place)) || indexed || anything };
    }

    async #element(type: TypeHandle, place: Place): Promise<ShapeMember> {
        const element = await this.#backend.element(type);
        if (!element) return { ...absent('never'), type: NOTHING };
        const { value, nullable, undefinable } = await this.#type(element, {
            ...place,
            path: `${place.path}[]`,
            depth: place.depth + 1,
            above: [...place.above, type],
        });
        return { ...absent(await this.#text(element)), type: value, nullable, undefinable };
    }

    /** `place` is that of the object that holds the property. */
    async #property(property: SymbolHandle, place: Place): Promise<ShapeMember> {
        const declaration =
            (await this.#backend.valueDeclaration(property)) ?? (await this.#backend.declarations(property))[0];
        const memberPlace: Place = {
            path: `${place.path}.${property.name}`,
            depth: place.depth + 1,
            above: place.above,
            node: declaration && !fromPackage(declaration) ? declaration : place.node,
            reason: () => (declaration ? this.#reasons.ofDeclaration(declaration) : Promise.resolve('the type is any')),
        };
        const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
        const own = await this.#literalInitializer(property);
        const type = own?.type ?? (await this.#backend.typeOf(property, place.node));
        const read = own?.expression
            ? await this.#expression(own.expression, {
                  ...memberPlace,
                  reason: this.#place(own.expression, '', 0).reason,
              })
            : await this.#type(type, memberPlace);
        return {
            type: read.value,
            text: await this.#text(type),
            optional,
            nullable: read.nullable,
            undefinable: optional ? await declaresUndefined(property, this.#backend) : read.undefinable,
            ...(declaration && { source: locate(declaration) }),
        };
    }

    /**
     * The initializer of a member that is written in a literal that is passed as it stands. The checker
     * widens `role: 'admin'` to string there, though no other value can come.
     */
    async #literalInitializer(
        property: SymbolHandle,
    ): Promise<{ type: TypeHandle; expression?: ts.Expression } | undefined> {
        const declarations = await this.#backend.declarations(property);
        const [declaration] = declarations;
        if (declarations.length !== 1 || !declaration || !this.#literals.has(declaration.parent)) {
            return undefined;
        }
        if (ts.isPropertyAssignment(declaration)) {
            const expression = declaration.initializer;
            for (const literal of directLiterals(expression)) this.#literals.add(literal);
            return { type: await this.#backend.typeAt(expression), expression };
        }
        if (ts.isShorthandPropertyAssignment(declaration)) {
            const variable = await this.#backend.shorthandValue(declaration);
            const type = variable && (await this.#backend.typeOf(variable));
            return type && type.flags & ts.TypeFlags.Literal ? { type } : undefined;
        }
        return undefined;
    }

    /** An interface or class that extends something unresolved has members that nobody knows. */
    async #hasUnknownBase(type: TypeHandle, place: Place): Promise<boolean> {
        let found = false;
        const symbol = await this.#backend.symbolOf(type);
        for (const declaration of symbol ? await this.#backend.declarations(symbol) : []) {
            if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassLike(declaration)) continue;
            for (const base of declaration.heritageClauses?.flatMap((clause) => [...clause.types]) ?? []) {
                const baseType = await this.#backend.typeAt(base);
                if (baseType.flags & ts.TypeFlags.Any) {
                    this.#unknown({ ...place, node: base }, await this.#reasons.ofTypeNode(base));
                    found = true;
                } else if (await this.#hasUnknownBase(baseType, place)) {
                    found = true;
                }
            }
        }
        return found;
    }

    async #literal(literal: ts.ObjectLiteralExpression, place: Place): Promise<ShapeType> {
        let shape: ObjectShape = { kind: 'object', members: {}, open: false };
        for (const property of literal.properties) {
            if (ts.isSpreadAssignment(property)) {
                const path = `${place.path}...${shorten(property.expression.getText())}`;
                const spread = await this.#expression(
                    property.expression,
                    this.#place(property.expression, path, place.depth, place.above),
                );
                const object: ObjectShape =
                    spread.value.kind === 'object' ? spread.value : { kind: 'object', members: {}, open: true };
                shape = spreadOver(shape, object, spread.nullable || spread.undefinable);
                continue;
            }
            const name = writtenName(property.name);
            const symbol = await this.#backend.symbolAt(property.name);
            if (name === undefined || !symbol) shape.open = true;
            else shape.members[name] = await this.#property(symbol, place);
        }
        return shape;
    }

    async #combine<T>(parts: readonly T[], read: (part: T) => Promise<ReadType>): Promise<ReadType> {
        const found: ReadType[] = [];
        for (const part of parts) found.push(await read(part));
        return combineReads(found);
    }

    #unknown(place: Place, reason: string): ShapeType {
        const { file, range } = locate(place.node);
        this.unknown.push({ what: place.path, reason, file, line: range.start.line + 1 });
        return { kind: 'unknown', reason };
    }
}

function combineReads(parts: readonly ReadType[]): ReadType {
    return {
        value: unite(parts.map((part) => part.value)),
        nullable: parts.some((part) => part.nullable),
        undefinable: parts.some((part) => part.undefinable),
    };
}

function absent(text: string): Omit<ShapeMember, 'type'> {
    return { text, optional: false, nullable: false, undefinable: false };
}
