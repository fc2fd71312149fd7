import ts from 'typescript';
import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import type { Unknown } from '../model/unknown.ts';
import { argumentForm } from './argument-form.ts';
import type { NamedCall } from './callers.ts';
import { locate, shorten } from './locate.ts';
import type { ReadType } from './shape.ts';
import { stripTransparent, writtenName } from './syntax.ts';
import { memberOf, NOTHING } from './unite.ts';

/** What reads the argument of one call. */
export interface ArgumentReader {
    readArgument(argument: ts.Expression): ReadType | Promise<ReadType>;
    /** The argument's type as TypeScript prints it. */
    typeText(argument: ts.Expression): string | Promise<string>;
    /** Everything that could not be found out, collected over the reader's life. */
    unknown: Unknown[];
}

/** Which argument of a call matters: the first one, or what a wrapper hands on. */
export interface ArgumentPlace {
    index: number;
    /** Members that lead from the argument to what is handed on. */
    path: readonly string[];
}

const FIRST: ArgumentPlace = { index: 0, path: [] };

/** The initializer of a literal's member that nothing after it can overwrite. */
function writtenMember(argument: ts.Expression, name: string): ts.Expression | undefined {
    const literal = stripTransparent(argument);
    if (!ts.isObjectLiteralExpression(literal)) return undefined;
    const last = literal.properties.at(-1);
    const found = literal.properties.find((property) => property.name && writtenName(property.name) === name);
    const isCertain = found === last || !literal.properties.some(ts.isSpreadAssignment);
    if (!found || !isCertain) return undefined;
    if (ts.isPropertyAssignment(found)) return found.initializer;
    return ts.isShorthandPropertyAssignment(found) ? found.name : undefined;
}

/** What a member holds, reached from an object that was read as a whole. */
function memberRead(read: ReadType, name: string): { read: ReadType; text: string } {
    const nothing: ReadType = { value: NOTHING, nullable: false, undefinable: true };
    if (read.value.kind === 'unknown') return { read, text: 'unknown' };
    const member: ShapeMember | undefined = read.value.kind === 'object' ? memberOf(read.value, name) : undefined;
    if (member) {
        const undefinable = member.undefinable || member.optional;
        return { read: { value: member.type, nullable: member.nullable, undefinable }, text: member.text };
    }
    if (read.value.kind === 'object' && !read.value.open) return { read: nothing, text: 'undefined' };
    const reason = `the member "${name}" is not declared`;
    return { read: { value: { kind: 'unknown', reason }, nullable: false, undefinable: false }, text: 'unknown' };
}

/**
 * The shape of what a call passes.
 * In: the call; whether it stands in a test; a reader for this call alone; which argument matters.
 * Errors of the reader become an unknown of the shape.
 */
export async function buildShape(
    call: NamedCall,
    inTest: boolean,
    reader: ArgumentReader,
    { index, path }: ArgumentPlace = FIRST,
): Promise<ContextShape> {
    const before = call.arguments?.slice(0, index) ?? [];
    let argument = call.arguments?.[index];
    const base = { call: locate(call), inTest, unknown: reader.unknown };
    if (!argument && !before.some(ts.isSpreadElement)) {
        return {
            ...base,
            argument: locate(call),
            argumentText: '',
            typeText: 'undefined',
            value: NOTHING,
            mayBeUndefined: true,
            mayBeNull: false,
        };
    }
    const rest = [...path];
    for (let name = rest[0]; argument && name !== undefined; name = rest[0]) {
        const written = writtenMember(argument, name);
        if (!written) break;
        argument = written;
        rest.shift();
    }
    const node = argument ?? call;
    const place = { ...base, argument: locate(node), argumentText: shorten(node.getText()) };
    const failed = (reason: string): ContextShape => {
        const { file, range } = place.argument;
        const unknown = [...reader.unknown, { what: 'argument', reason, file, line: range.start.line + 1 }];
        const value = { kind: 'unknown', reason } as const;
        return { ...place, typeText: 'unknown', value, mayBeUndefined: false, mayBeNull: false, unknown };
    };
    if (!argument || [...before, argument].some(ts.isSpreadElement)) return failed('the arguments are spread');
    try {
        let read = await reader.readArgument(argument);
        let typeText = await reader.typeText(argument);
        for (const name of rest) ({ read, text: typeText } = memberRead(read, name));
        const { value, nullable, undefinable } = read;
        const form = rest.length === 0 && argumentForm(argument);
        return { ...place, ...(form && { form }), typeText, value, mayBeUndefined: undefinable, mayBeNull: nullable };
    } catch (error) {
        // The checker has bugs, and recursion limits, that strange types run into: one call must not cost the others.
        return failed(`TypeScript failed on it: ${error instanceof Error ? error.message : String(error)}`);
    }
}
