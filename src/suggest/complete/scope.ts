import type { LibraryView } from '../../model/library-view.ts';
import type { DeclarationView, FieldType, FieldView, SchemaView } from '../../model/schema-view.ts';
import { declarationOf } from './candidate.ts';
import type { Chain, Frame, Node } from './nesting.ts';
import { readSequence } from './nesting.ts';

/** What names mean at a place in an expression. */
export interface Scope {
    view: SchemaView;
    library: LibraryView;
    /** The model or type that holds the rule; `this` for a model. */
    holder: DeclarationView;
    /** Inside a predicate: the element, whose fields hide those of the holder. Undefined type: nothing is known of it. */
    element?: { declaration?: DeclarationView };
    /** Names that predicates around bind to their elements: `members?[m, …]`. */
    bindings: ReadonlyMap<string, DeclarationView | undefined>;
}

/** What is known of an operand. */
export interface Operand {
    kind: 'auth' | 'this' | 'before' | 'binding' | 'value' | 'null' | 'unknown';
    /** The last part is a member of `auth()` itself. */
    authMember?: boolean;
    /** The access starts with `auth()`. */
    viaAuth: boolean;
    /** The type of a value. */
    type?: FieldType;
    /** Whose members may be read from it, lists aside. */
    declaration?: DeclarationView;
    /** The field that the access ends with. */
    field?: FieldView;
    /** Whether ZenStack lets it be compared with null. */
    nullable: boolean;
}

const UNKNOWN: Operand = { kind: 'unknown', viaAuth: false, nullable: false };
const BOOLEAN: FieldType = { kind: 'builtin', name: 'Boolean', array: false, optional: false };

function builtin(name: 'String' | 'Int' | 'Boolean' | 'Float'): Operand {
    return { kind: 'value', viaAuth: false, type: { ...BOOLEAN, name }, nullable: false };
}

function ofField(view: SchemaView, field: FieldView, from: { viaAuth: boolean; authMember: boolean }): Operand {
    const declaration = declarationOf(view, field.type.name);
    return {
        kind: 'value',
        ...from,
        type: field.type,
        field,
        // As upstream's linker has it: the declared type, and any member of `auth()` itself.
        nullable: field.type.optional || from.authMember,
        ...(declaration && { declaration }),
    };
}

/** The names that an expression may begin with: fields in scope. */
export function fieldsInScope(scope: Scope): FieldView[] {
    return (scope.element ? scope.element.declaration?.fields : scope.holder.fields) ?? [];
}

function resolveWord(name: string, scope: Scope): Operand {
    if (name === 'true' || name === 'false') return builtin('Boolean');
    if (name === 'null') return { kind: 'null', viaAuth: false, nullable: true };
    if (name === 'this') return { kind: 'this', viaAuth: false, declaration: scope.holder, nullable: false };
    const field = fieldsInScope(scope).find((each) => each.name === name);
    if (field) return ofField(scope.view, field, { viaAuth: false, authMember: false });
    if (scope.bindings.has(name)) {
        const declaration = scope.bindings.get(name);
        return { kind: 'binding', viaAuth: false, nullable: false, ...(declaration && { declaration }) };
    }
    const of = scope.view.enums.find(({ values }) => values.includes(name));
    if (!of) return UNKNOWN;
    const type: FieldType = { kind: 'enum', name: of.name, values: of.values, array: false, optional: false };
    return { kind: 'value', viaAuth: false, type, nullable: false };
}

function resolveCall(name: string, scope: Scope): Operand {
    if (name === 'auth') {
        const declaration = scope.view.auth?.declaration;
        return { kind: 'auth', viaAuth: true, nullable: true, ...(declaration && { declaration }) };
    }
    if (name === 'before') return { kind: 'before', viaAuth: false, declaration: scope.holder, nullable: false };
    const returns = scope.library.functions.find((each) => each.name === name)?.returns;
    if (returns === 'Boolean' || returns === 'String' || returns === 'Int') return builtin(returns);
    if (returns === 'DateTime')
        return { kind: 'value', viaAuth: false, type: { ...BOOLEAN, name: 'DateTime' }, nullable: false };
    return UNKNOWN;
}

function resolvePrimary(node: Node, chain: Chain, scope: Scope): Operand {
    if (node.kind === 'word') return chain.call ? resolveCall(node.text, scope) : resolveWord(node.text, scope);
    if (node.kind === 'string') return builtin('String');
    if (node.kind === 'number') return builtin(node.text.includes('.') ? 'Float' : 'Int');
    if (node.kind !== 'group') return UNKNOWN;
    const [first] = readSequence(node.parts[0] ?? []).parts;
    if (node.role === 'array') {
        const item = first?.kind === 'chain' ? resolveChain(first, scope) : undefined;
        return item?.type ? { ...item, type: { ...item.type, array: true }, nullable: false } : UNKNOWN;
    }
    if (node.role !== 'group') return UNKNOWN;
    const { parts } = readSequence(node.parts[0] ?? []);
    return parts.length === 1 && first?.kind === 'chain' ? resolveChain(first, scope) : builtin('Boolean');
}

/** Finds out what an access leads to. In: the access, the scope that it stands in. Out: what is known of it. */
export function resolveChain(chain: Chain, scope: Scope): Operand {
    let at = resolvePrimary(chain.primary, chain, scope);
    for (const link of chain.links) {
        if (link.kind === 'predicate') {
            at = builtin('Boolean');
            continue;
        }
        const isList = at.type?.array ?? false;
        const field = isList ? undefined : at.declaration?.fields.find(({ name }) => name === link.name);
        if (!field) return { ...UNKNOWN, viaAuth: at.viaAuth };
        at = ofField(scope.view, field, { viaAuth: at.viaAuth, authMember: at.kind === 'auth' });
    }
    return chain.negated ? builtin('Boolean') : at;
}

/**
 * The scope at the innermost of the open brackets.
 * In: the scope of the attribute, the open brackets from the outside in. Out: the scope with the elements and
 * bindings of predicates around.
 */
export function innerScope(outer: Scope, frames: readonly Frame[]): Scope {
    let scope = outer;
    for (const frame of frames) {
        if (frame.role !== 'predicate') continue;
        const operand = frame.before.slice(0, -1);
        const last = readSequence(operand).parts.at(-1);
        const collection = last?.kind === 'chain' ? resolveChain({ ...last, negated: false }, scope) : UNKNOWN;
        const declaration = collection.type?.array ? collection.declaration : undefined;
        const [binding] = frame.parts[0] ?? [];
        const bindings = new Map(scope.bindings);
        if (frame.parts.length > 0 && binding?.kind === 'word') bindings.set(binding.text, declaration);
        scope = { ...scope, bindings, element: declaration ? { declaration } : {} };
    }
    return scope;
}
