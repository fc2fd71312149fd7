import { calleeOf } from '../checks/context-calls.ts';
import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import type { FieldView, SchemaView } from '../model/schema-view.ts';
import type { Location, Span } from '../model/text.ts';
import { contextsOf } from '../workspace/findings.ts';
import type { Application } from './application.ts';
import type { Schemas } from './schemas.ts';

/** A member of `auth()` at a place in a schema. */
export interface MemberAt {
    view: SchemaView;
    name: string;
    /** Where the name stands. */
    span: Span;
    /** True in `auth().name`, false where the member is declared. */
    isUse: boolean;
    /** Its declaration; undefined when a rule reads a member that isn't declared. */
    field?: FieldView;
    /** The application's calls outside tests; undefined while they aren't known. */
    contexts?: ContextShape[];
}

/** What one call does about a member. */
export interface Supply {
    shape: ContextShape;
    /** `$setAuth`, or the wrapper that is called. */
    callee: string;
    member?: ShapeMember;
    state: 'supplied' | 'not supplied' | 'unknown' | 'nothing is passed';
    /** Where the value or its type is written, else the argument. */
    location: Location;
}

/** Finds members of `auth()` by position, and what is known of them: from memory only. */
export class AuthMemberUses {
    readonly #schemas: Schemas;
    readonly #application: Application;

    constructor(schemas: Schemas, application: Application) {
        this.#schemas = schemas;
        this.#application = application;
    }

    /** The member at an offset of a document, as part of the first schema in which it is one. */
    at(uri: string, file: string, offset: number): MemberAt | undefined {
        for (const entry of this.#schemas.entriesOf(uri)) {
            const view = this.#schemas.view(entry);
            const found = find(view, file, offset);
            if (!found) continue;
            const field = view.auth?.declaration.fields.find(({ name }) => name === found.name);
            const contexts = this.contexts(view);
            return { view, ...found, ...(field && { field }), ...(contexts && { contexts }) };
        }
        return undefined;
    }

    /** The application's calls for a schema, without those of tests; undefined while they aren't known. */
    contexts(view: SchemaView): ContextShape[] | undefined {
        const facts = this.#application.state(view.entry)?.facts;
        return facts && contextsOf(view, facts).filter(({ inTest }) => !inTest);
    }
}

function find(view: SchemaView, file: string, offset: number): Pick<MemberAt, 'name' | 'span' | 'isUse'> | undefined {
    const holds = (place: { file: string; span: Span }): boolean =>
        place.file === file && place.span.start <= offset && offset <= place.span.end;
    const use = view.authUses.find(holds);
    const name = use?.path[0];
    if (use && name) return { name, span: use.span, isUse: true };
    const field = view.auth?.declaration.fields.find((each) => holds({ file: each.file, span: each.nameSpan }));
    return field && { name: field.name, span: field.nameSpan, isUse: false };
}

/** What a call does about a member. */
export function supplyOf(shape: ContextShape, name: string): Supply {
    const base = { shape, callee: calleeOf(shape), location: shape.argument };
    const { value } = shape;
    if (value.kind === 'union' && value.of.length === 0) return { ...base, state: 'nothing is passed' };
    if (value.kind !== 'object') return { ...base, state: 'unknown' };
    const member = Object.hasOwn(value.members, name) ? value.members[name] : undefined;
    if (!member) return { ...base, state: value.open ? 'unknown' : 'not supplied' };
    return { ...base, member, state: 'supplied', location: member.source ?? shape.argument };
}
