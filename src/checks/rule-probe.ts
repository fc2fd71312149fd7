import type { ContextShape, ShapeMember } from '../model/context-shape.ts';
import type { Finding } from '../model/finding.ts';
import type { PolicyModel, PolicySchema } from '../model/policy.ts';
import { probeMissing } from '../rules/probe-missing.ts';
import type { MissingResult } from '../rules/probe-missing.ts';
import { probeUnreachable } from '../rules/probe-reach.ts';
import type { Unreachable } from '../rules/probe-reach.ts';
import { createProbe } from '../rules/probe.ts';
import type { Probe } from '../rules/probe.ts';
import { knownCalls, memberOf } from './auth-members.ts';
import type { KnownCall } from './auth-members.ts';
import type { CheckInput } from './check.ts';
import { RuleMemory } from './rule-memory.ts';
import { judgeCalls } from './context-calls.ts';

const NOTHING: Finding[] = [];

/** What the checks of rules share: the schema's rules, what requests may lack, and searches that are made once. */
export class RuleProbe {
    readonly schema: PolicySchema;
    readonly probe: Probe;
    readonly #models: readonly PolicyModel[];
    /** The only model that is looked at for now. */
    #only: PolicyModel | undefined;
    readonly #found = new Map<PolicyModel, Map<string, Finding[]>>();
    readonly #calls: readonly KnownCall[];
    readonly #memory: RuleMemory;
    readonly #results = new Map<string, unknown>();

    constructor(input: CheckInput) {
        this.schema = input.view.policies();
        this.#calls = knownCalls(input.contexts ?? []);
        const onLimited = (model: string): void => {
            this.#memory.limited(model);
        };
        this.probe = createProbe(this.schema, missingMembers(input, this.schema), onLimited);
        this.#memory = new RuleMemory(input.view, this.probe, printOf(this.#calls), input.onLimited);
        const isLegible = this.schema.hasPolicyPlugin;
        this.#models = isLegible
            ? [...this.schema.models.values()].filter(({ intact, isIgnored }) => intact && !isIgnored)
            : [];
    }

    /** The models whose rules are looked at: intact ones, in a schema with the policy plugin. */
    get models(): readonly PolicyModel[] {
        return this.#only ? [this.#only] : this.#models;
    }

    /** Makes each model the only one that is looked at, until the next step; what is found in it is found for all. */
    *eachModel(): Generator<PolicyModel, void, void> {
        try {
            for (const model of this.#models) {
                this.#only = model;
                yield model;
            }
        } finally {
            this.#only = undefined;
        }
    }

    /** Requests that get through because something is missing, and those of anonymous users. */
    missing(model: PolicyModel): MissingResult {
        return this.#once(`missing ${model.name}`, () => probeMissing(this.probe, model));
    }

    /** Allows that never do anything. */
    unreachable(model: PolicyModel): Unreachable[] {
        return this.#once(`unreachable ${model.name}`, () => probeUnreachable(this.probe, model));
    }

    /** Where the calls of `$setAuth` have a member from, each origin once; empty when none is known. */
    readonly originsOf = (name: string): string[] => {
        const origins = this.#calls.flatMap((call) => memberOf(call, name)?.origin ?? []);
        return [...new Set(origins)];
    };

    /** Whether some call is known to pass a value for a member. */
    readonly isSupplied = (name: string): boolean => {
        return this.#calls.some((call) => memberOf(call, name) !== undefined);
    };

    /** Whether some call is known to lack a member, or to pass null for it. */
    readonly isKnownMissing = (name: string): boolean => {
        return this.#calls.some((call) => {
            const member = memberOf(call, name);
            return member ? member.optional || member.nullable || member.undefinable : !call.open;
        });
    };

    /** What a check finds in a model, remembered as long as nothing changes that it depends on. */
    findingsIn(check: string, model: PolicyModel, compute: () => Finding[]): Finding[] {
        if (this.#memory.isSilent(check, model)) return NOTHING;
        const ofModel = this.#found.get(model) ?? new Map<string, Finding[]>();
        this.#found.set(model, ofModel);
        const found = ofModel.get(check) ?? this.#memory.findings(check, model, compute);
        ofModel.set(check, found);
        return found;
    }

    /** A result about one model that several checks need. */
    #once<T>(key: string, compute: () => T): T {
        if (!this.#results.has(key)) this.#results.set(key, compute());
        return this.#results.get(key) as T;
    }
}

const probes = new WeakMap<CheckInput, RuleProbe>();

/** The probe of a run of checks, made when the first check asks for it. */
export function ruleProbe(input: CheckInput): RuleProbe {
    const known = probes.get(input);
    if (known) return known;
    const made = new RuleProbe(input);
    probes.set(input, made);
    return made;
}

/**
 * Which members of `auth()` a request may lack. What the application is known to pass counts first: a member that
 * some call lacks may be missing, one that every call supplies is not. Else the declaration says: an optional
 * one may be missing, a required one is taken to be there.
 */
function missingMembers(input: CheckInput, schema: PolicySchema): Probe['mayBeMissing'] {
    const { view, contexts } = input;
    const declaration = view.auth?.declaration;
    const calls = declaration && contexts ? judgeCalls(view, declaration, contexts) : [];
    const isWhole = input.isContextIncomplete !== true && (contexts ?? []).every(isUnderstood);
    const supplied = (name: string): 'always' | 'not always' | 'unknown' => {
        let isSure = isWhole && calls.length > 0;
        for (const call of calls) {
            // What is wrong with the call as a whole is told elsewhere.
            if (call.wrapper) continue;
            const renamed = call.renamed.get(name);
            const member = memberOf(call, renamed ?? name);
            if (!member) {
                if (!call.open) return 'not always';
                isSure = false;
            } else if (isLacking(schema, name, member)) return 'not always';
            else if (member.type.kind === 'unknown') isSure = false;
        }
        return isSure ? 'always' : 'unknown';
    };
    const answers = new Map<string, boolean>();
    return (holder, name) => {
        const field = (schema.models.get(holder) ?? schema.types.get(holder))?.fields.get(name);
        // A list can't be declared as optional, so that its declaration says nothing about it.
        const isOptional = !field || field.type.optional || field.type.array;
        if (holder !== schema.auth?.name) return isOptional;
        const known = answers.get(name);
        if (known !== undefined) return known;
        const state = supplied(name);
        const answer = state === 'unknown' ? isOptional : state === 'not always';
        answers.set(name, answer);
        return answer;
    };
}

/** What the calls say of their members, as far as checks of rules look at it. */
function printOf(calls: readonly KnownCall[]): string {
    return JSON.stringify(
        calls.map(({ members, open }) => [
            open,
            Object.entries(members).map(([name, { optional, nullable, undefinable, origin, type }]) => [
                name,
                optional,
                nullable,
                undefinable,
                origin,
                type.kind,
            ]),
        ]),
    );
}

/** Whether a member may be missing for rules. A null that is passed for a Boolean is false except on PostgreSQL. */
function isLacking(schema: PolicySchema, name: string, member: ShapeMember): boolean {
    const isFalse = schema.provider !== 'postgresql' && schema.auth?.fields.get(name)?.type.name === 'Boolean';
    return member.optional || member.undefinable || (member.nullable && !isFalse);
}

function isUnderstood({ inTest, value }: ContextShape): boolean {
    return inTest || value.kind === 'object' || (value.kind === 'union' && value.of.length === 0);
}
