import type { PluginAnswer, PluginQuery } from '../worker/protocol.ts';
import type { ApplicationFacts, FactSource } from '../workspace/facts.ts';
import { gatherFacts } from '../workspace/facts.ts';

/** What is known of the application behind a schema, and what keeps it from being known. */
export interface ApplicationState {
    facts?: ApplicationFacts;
    /** Why the last attempt gave nothing. */
    error?: string;
}

/**
 * Keeps what the worker found out about the application of each schema. Answers come from memory at
 * once; `refresh` asks the worker again, and a newer request takes the place of one under way.
 */
export class Application {
    readonly #source: FactSource;
    readonly #limit: (entry: string) => string | undefined;
    readonly #accepts: (configFile: string) => boolean;
    readonly #states = new Map<string, ApplicationState>();
    readonly #running = new Map<string, { controller: AbortController; done: Promise<void> }>();
    /** Called with the entry whenever its state is new. */
    onChange: (entry: string) => void = () => undefined;

    /** `limit` is the folder that a search never leaves; `accepts` tells whether a configuration's file counts. */
    constructor(
        source: FactSource,
        limit: (entry: string) => string | undefined,
        accepts: (configFile: string) => boolean = () => true,
    ) {
        this.#source = source;
        this.#limit = limit;
        this.#accepts = accepts;
    }

    state(entry: string): ApplicationState | undefined {
        return this.#states.get(entry);
    }

    /** The plugins that come with Better Auth, and a configuration made of those that are named. */
    async plugins(query: PluginQuery): Promise<PluginAnswer> {
        return (await this.#source.plugins?.(query)) ?? { available: [] };
    }

    /** Entries that were asked for so far. */
    entries(): string[] {
        return [...new Set([...this.#states.keys(), ...this.#running.keys()])];
    }

    get busy(): boolean {
        return this.#running.size > 0;
    }

    /** Asks the worker; resolves when the state is up to date, or when a newer request took over. Never rejects. */
    refresh(entry: string): Promise<void> {
        this.#running.get(entry)?.controller.abort();
        const controller = new AbortController();
        const done = this.#ask(entry, controller).finally(() => {
            if (this.#running.get(entry)?.controller !== controller) return;
            this.#running.delete(entry);
            this.onChange(entry);
        });
        this.#running.set(entry, { controller, done });
        return done;
    }

    /** Forgets all entries but these, unless they are asked for right now. */
    retain(entries: ReadonlySet<string>): void {
        for (const entry of this.#states.keys())
            if (!entries.has(entry) && !this.#running.has(entry)) this.#states.delete(entry);
    }

    /** Resolves when no question is under way. */
    async settled(): Promise<void> {
        while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
    }

    /** The state when it is known, else what the worker says. */
    async ensure(entry: string): Promise<ApplicationState> {
        for (;;) {
            const running = this.#running.get(entry);
            if (running) await running.done;
            else if (!this.#states.has(entry)) await this.refresh(entry);
            const state = this.#states.get(entry);
            if (state && !this.#running.has(entry)) return state;
        }
    }

    async #ask(entry: string, { signal }: AbortController): Promise<void> {
        const limit = this.#limit(entry);
        const query = { entry, overlays: {}, types: true, ...(limit !== undefined && { limit }) };
        try {
            const facts = await gatherFacts(this.#source, query, signal);
            facts.configs = {
                ...facts.configs,
                configs: facts.configs.configs.filter((config) => this.#accepts(config.location.file)),
            };
            if (!signal.aborted) this.#states.set(entry, { facts });
        } catch (error) {
            if (signal.aborted) return;
            const message = error instanceof Error ? error.message : String(error);
            this.#states.set(entry, { ...this.#states.get(entry), error: message });
        }
    }
}
