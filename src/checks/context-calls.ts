import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import type { Location, Position } from '../model/text.ts';
import { hasAttribute, knownCalls, memberOf, usedMembers } from './auth-members.ts';
import type { KnownCall } from './auth-members.ts';
import { isUserId, meaningOf } from './member-names.ts';
import { compareTypes } from './types.ts';

/** A call that passes an object, held against the declaration as a whole. */
export interface JudgedCall extends KnownCall {
    /** Members that hold what the declaration describes, when such an object around the context is passed instead of it. */
    wrapper?: string[];
    /** The name of the supplied member by the declared member's name, where only the spelling differs. */
    renamed: ReadonlyMap<string, string>;
}

/** Whether a rule can tell the difference: all members of a type; of a model, its id and what rules read. */
export function matters(view: SchemaView, declaration: DeclarationView, field: FieldView): boolean {
    return declaration.kind === 'type' || hasAttribute(field, '@id') || usedMembers(view).has(field.name);
}

/**
 * The application's calls that pass an object, with what is wrong with each as a whole, so that one
 * mistake isn't reported once for every member.
 */
export function judgeCalls(
    view: SchemaView,
    declaration: DeclarationView,
    contexts: readonly ContextShape[],
): JudgedCall[] {
    return knownCalls(contexts).map((call) => {
        const wrapper = wrapperMembers(view, declaration, call);
        const renamed = wrapper ? new Map<string, string>() : renamedMembers(view, declaration, call);
        return { ...call, ...(wrapper && { wrapper }), renamed };
    });
}

/** True when nothing about the passed objects is left open, so that a member that none supplies is never supplied. */
export function allCallsKnown(contexts: readonly ContextShape[]): boolean {
    return contexts.every(
        ({ inTest, value }) =>
            inTest ||
            (value.kind === 'object' && !value.open) ||
            // No object at all, only null or undefined.
            (value.kind === 'union' && value.of.length === 0),
    );
}

function wrapperMembers(view: SchemaView, declaration: DeclarationView, call: KnownCall): string[] | undefined {
    if (call.open) return undefined;
    const declared = new Set(declaration.fields.map((field) => field.name));
    const names = Object.keys(call.members);
    if (names.some((name) => declared.has(name) || isUserId(name))) return undefined;
    const used = usedMembers(view);
    const wanted = (name: string): boolean => declared.has(name) && (isUserId(name) || used.has(name));
    const holders = names.filter((name) => {
        const { type } = call.members[name] ?? {};
        return type?.kind === 'object' && Object.keys(type.members).some((inner) => wanted(inner) || isUserId(inner));
    });
    const idIsDeclared = declaration.fields.some((field) => isUserId(field.name));
    return holders.length > 0 && idIsDeclared ? holders : undefined;
}

function renamedMembers(view: SchemaView, declaration: DeclarationView, call: KnownCall): Map<string, string> {
    const renamed = new Map<string, string>();
    if (call.open) return renamed;
    const declared = new Set(declaration.fields.map((field) => field.name));
    const undeclared = Object.keys(call.members).filter((name) => !declared.has(name));
    for (const field of declaration.fields) {
        if (memberOf(call, field.name) || !matters(view, declaration, field)) continue;
        const isId = hasAttribute(field, '@id') || isUserId(field.name);
        const found = undeclared.filter((name) => {
            const same = meaningOf(name) === meaningOf(field.name) || (isId && isUserId(name) && isUserId(field.name));
            const member = memberOf(call, name);
            return same && member && compareTypes(field.type, member.type) === 'fits';
        });
        const [only] = found;
        if (found.length === 1 && only !== undefined) renamed.set(field.name, only);
    }
    return renamed;
}

function isBefore(a: Position, b: Position): boolean {
    return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

/** Whether a place lies within another. */
export function isWithin(inner: Location, outer: Location): boolean {
    return (
        inner.file === outer.file &&
        isBefore(outer.range.start, inner.range.start) &&
        isBefore(inner.range.end, outer.range.end)
    );
}

/** Where a finding about a call's member shows in TypeScript: the property when it is written in the call, else the argument. */
export function placeOf(shape: ContextShape, member?: ShapeMember): Location {
    return member?.source && isWithin(member.source, shape.argument) ? member.source : shape.argument;
}

/** What is called: `$setAuth`, or the wrapper around it. */
export function calleeOf(shape: ContextShape): string {
    return shape.via?.[0]?.name ?? '$setAuth';
}

/** A place as a reader knows it: `src/db.ts:12`. */
export function lineOf(location: Location, display: (file: string) => string): string {
    return `${display(location.file)}:${location.range.start.line + 1}`;
}

/** Names a call for a message: `the call of $setAuth at src/db.ts:12`, or how many there are and the first of them. */
export function nameCalls(shapes: readonly ContextShape[], display: (file: string) => string): string {
    const [first] = shapes;
    if (!first) return 'no call';
    const place = lineOf(first.argument, display);
    return shapes.length === 1
        ? `the call of ${calleeOf(first)} at ${place}`
        : `${shapes.length} calls of ${calleeOf(first)} (first: ${place})`;
}

/** For a message at a call: `"userId" of type Auth (zenstack/schema.zmodel:12)`. */
export function declarationText(
    view: SchemaView,
    declaration: DeclarationView,
    display: (file: string) => string,
): string {
    const content = view.files.find(({ file }) => file === declaration.file)?.content ?? '';
    const line = content.slice(0, declaration.nameSpan.start).split(/\r\n|\r|\n/).length;
    return `${declaration.kind} ${declaration.name} (${display(declaration.file)}:${line})`;
}
