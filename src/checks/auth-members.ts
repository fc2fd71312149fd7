import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import type { AttributeView, DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';

/** True when a base of the declaration can't be found, so that its members aren't all known. */
export function hasUnknownMembers(view: SchemaView, declaration: DeclarationView, seen = new Set<string>()): boolean {
    if (!declaration.intact) return true;
    if (seen.has(declaration.name)) return false;
    seen.add(declaration.name);
    return declaration.bases.some((name) => {
        const base = view.declarations.find((candidate) => candidate.name === name);
        return !base || hasUnknownMembers(view, base, seen);
    });
}

export function hasAttribute(holder: { attributes: AttributeView[] }, name: string): boolean {
    return holder.attributes.some((attribute) => attribute.name === name);
}

/** Names of the members that rules and defaults read as `auth().name`. */
export function usedMembers(view: SchemaView): Set<string> {
    return new Set(view.authUses.map((use) => use.path[0]).filter((name) => name !== undefined));
}

/**
 * The declared members that the application must supply.
 * Of a type with `@@auth`: all that are required. Of a model, whose other columns matter to nobody here:
 * the required ones that some rule reads.
 */
export function requiredMembers(view: SchemaView, declaration: DeclarationView): FieldView[] {
    const used = usedMembers(view);
    return declaration.fields.filter(
        (field) =>
            !field.type.optional &&
            !(field.type.array && field.type.kind === 'model') &&
            (declaration.kind === 'type' || used.has(field.name)),
    );
}

/** A call whose argument is an object with known members. */
export interface KnownCall {
    shape: ContextShape;
    members: Record<string, ShapeMember>;
    /** More members may be there than are listed. */
    open: boolean;
}

/** The application's own calls (tests left out) that pass an object, and whose type is known. */
export function knownCalls(contexts: readonly ContextShape[]): KnownCall[] {
    return contexts.flatMap((shape) => {
        if (shape.inTest || shape.value.kind !== 'object') return [];
        return [{ shape, members: shape.value.members, open: shape.value.open }];
    });
}

/** A member of that name on every object has nothing to do with the context: `toString`. */
export function memberOf(call: KnownCall, name: string): ShapeMember | undefined {
    return Object.hasOwn(call.members, name) ? call.members[name] : undefined;
}
