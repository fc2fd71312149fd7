import type { PolicyModel, PolicySchema } from '../model/policy.ts';
import { versionOf } from '../model/versions.ts';
import { declarationOf } from './static-types.ts';

/** Beyond this many models everything is forgotten. */
const MOST = 4000;

interface Known<T> {
    /** The name of what `auth()` was. */
    auth: string | undefined;
    /** The declarations that it was made of, with their versions. */
    seen: readonly (readonly [string, number])[];
    value: T;
}

/** Remembers what was made of a model and of other declarations, as long as all of these have the versions that they had. */
export class VersionMemory<T> {
    readonly #known = new Map<number, Known<T>>();

    /**
     * What is known of a model, or what `make` gives, which notes the names of all other declarations that it looks at.
     * `isRight` refuses what doesn't hold any more for other reasons.
     */
    recall(
        schema: PolicySchema,
        model: PolicyModel,
        make: (seen: Set<string>) => T,
        isRight: (known: T) => boolean = () => true,
    ): T {
        const version = versionOf(model);
        const known = version === undefined ? undefined : this.#known.get(version);
        const auth = schema.auth?.name;
        if (
            known?.auth === auth &&
            known?.seen.every(([name, each]) => versionIn(schema, name) === each) &&
            isRight(known.value)
        ) {
            return known.value;
        }
        const names = new Set<string>();
        const value = make(names);
        const seen: [string, number][] = [];
        let isSure = version !== undefined;
        for (const name of names) {
            const each = versionIn(schema, name);
            if (each === undefined) isSure = false;
            else seen.push([name, each]);
        }
        if (version !== undefined && isSure) {
            if (this.#known.size > MOST) this.#known.clear();
            this.#known.set(version, { auth, seen, value });
        }
        return value;
    }
}

/** Undefined for a declaration without a version. What isn't there has one, too: -1. */
function versionIn(schema: PolicySchema, name: string): number | undefined {
    const declaration = declarationOf(schema, name);
    return declaration ? versionOf(declaration) : -1;
}
