import type { PolicyField } from '../model/policy.ts';
import type { Meanings, NamedDeclaration } from './policy-expression.ts';

/** What names mean in a schema, with signatures: equal ones are of declarations that mean the same. */
export interface SignedMeanings extends Meanings {
    /** Undefined for what isn't there, or can't be compared with what was read before. */
    signatureOf(name: string): string | undefined;
}

/** What names meant when rules were read. */
export interface Seen {
    /** Signatures of declarations that were looked at, by name; undefined for one that wasn't there. */
    declarations: ReadonlyMap<string, string | undefined>;
    enums: ReadonlyMap<string, string | undefined>;
    /** The name of what `auth()` was; undefined when that wasn't asked. */
    auth: { name: string | undefined } | undefined;
}

type Type = PolicyField['type'] | undefined;

/** One thing that was asked, with the answer. */
export type Asked =
    | { what: 'auth'; name: string | undefined }
    | { what: 'declaration'; name: string; kind: NamedDeclaration['kind'] | undefined }
    | { what: 'enum'; value: string; owner: string | undefined }
    /** `holder`: undefined for the declaration that holds the rule. */
    | { what: 'field'; holder: string | undefined; name: string; type: Type };

/** Notes what is asked of a schema's meanings while the rules of a declaration are read. */
export class Recorder implements Meanings {
    readonly #meanings: SignedMeanings;
    readonly #owner: NamedDeclaration;
    readonly #declarations = new Map<string, string | undefined>();
    readonly #enums = new Map<string, string | undefined>();
    #auth: Seen['auth'];
    #asked: Asked[] = [];
    /** How often the declaration was looked for by its name, which it has alone. */
    #named = 0;

    /** @param owner - The declaration that holds the rules. */
    constructor(meanings: SignedMeanings, owner: NamedDeclaration) {
        this.#meanings = meanings;
        this.#owner = owner;
        this.#declarations.set(owner.name, meanings.signatureOf(owner.name));
    }

    get seen(): Seen {
        return { declarations: this.#declarations, enums: this.#enums, auth: this.#auth };
    }

    /** What was asked while something was read; undefined when that may be different for any other declaration. */
    during<T>(read: () => T): { value: T; asked: readonly Asked[] | undefined } {
        this.#asked = [];
        const before = this.#named;
        const value = read();
        return { value, asked: this.#named > before ? undefined : this.#asked };
    }

    /** Whether the same is answered here, where the declaration is this one. */
    answersSame(asked: readonly Asked[]): boolean {
        const before = this.#named;
        return asked.every((each) => this.#answersSame(each)) && this.#named === before;
    }

    auth(): NamedDeclaration | undefined {
        const auth = this.#meanings.auth();
        this.#auth = { name: auth?.name };
        this.#asked.push({ what: 'auth', name: auth?.name });
        return auth && this.declaration(auth.name);
    }

    declaration(name: string): NamedDeclaration | undefined {
        if (name === this.#owner.name) this.#named += 1;
        const found = this.#meanings.declaration(name);
        this.#declarations.set(name, this.#meanings.signatureOf(name));
        this.#asked.push({ what: 'declaration', name, kind: found?.kind });
        return found;
    }

    enumWith(value: string): string | undefined {
        const owner = this.#meanings.enumWith(value);
        this.#enums.set(value, owner);
        this.#asked.push({ what: 'enum', value, owner });
        return owner;
    }

    fieldType(holder: NamedDeclaration, name: string): Type {
        const type = this.#meanings.fieldType(holder, name);
        this.#asked.push({ what: 'field', holder: holder === this.#owner ? undefined : holder.name, name, type });
        return type;
    }

    #answersSame(asked: Asked): boolean {
        switch (asked.what) {
            case 'auth':
                return this.auth()?.name === asked.name;
            case 'declaration':
                return this.declaration(asked.name)?.kind === asked.kind;
            case 'enum':
                return this.enumWith(asked.value) === asked.owner;
            case 'field': {
                const holder = asked.holder === undefined ? this.#owner : this.declaration(asked.holder);
                const type = holder && this.fieldType(holder, asked.name);
                return (
                    type?.kind === asked.type?.kind &&
                    type?.name === asked.type?.name &&
                    type?.array === asked.type?.array
                );
            }
        }
    }
}
