import fs from 'node:fs';
import type { AnalysisQuery, PluginAnswer, PluginQuery } from '../worker/protocol.ts';
import type { ApplicationFacts, FactSource } from '../workspace/facts.ts';
import { gatherFacts } from '../workspace/facts.ts';
import type { SourceAccess } from '../zmodel/load.ts';

/** What is known of the application behind a schema, and what keeps it from being known. */
export interface ApplicationState {
    facts?: ApplicationFacts;
    /** Why the last attempt gave nothing. */
    error?: string;
}

/** The worker forgets its programs after a while without a question. */
const PREPARED_MS = 100_000;

export interface ApplicationOptions {
    /** The folder that a search never leaves. */
    limit(entry: string): string | undefined;
    /** Whether a configuration's file counts. */
    accepts(configFile: string): boolean;
    /** How the sources are analysed. */
    analysis(): Pick<AnalysisQuery, 'cacheDir' | 'backend'>;
    /** How schemas are read. */
    schemas(): SourceAccess;
    /** Editor content of unsaved sources by absolute path. */
    overlays(): Record<string, string>;
    log(message: string): void;
}

/**
 * Keeps what the worker found out about the application of each schema. Answers come from memory at
 * once; `refresh` asks the worker again, and a newer request takes the place of one under way. The first
 * time there are two answers: what was remembered or the syntax alone tells, and then what the types say.
 */
export class Application {
    readonly #source: FactSource;
    readonly #options: ApplicationOptions;
    readonly #states = new Map<string, ApplicationState>();
    readonly #running = new Map<string, { controller: AbortController; done: Promise<void> }>();
    /** When the compiler was made ready last, by root. */
    readonly #prepared = new Map<string, number>();
    /** What makes it ready right now, by root. */
    readonly #preparing = new Map<string, AbortController>();
    /** Called with the entry whenever its state is new. */
    onChange: (entry: string) => void = () => undefined;

    constructor(source: FactSource, options: ApplicationOptions) {
        this.#source = source;
        this.#options = options;
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
        // What it has read by now is of use to the answer, what it would find out isn't.
        for (const preparing of this.#preparing.values()) preparing.abort();
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

    /** Whether an edit of a source could change an answer. In: its path, its text before and after. */
    concerns(file: string, texts: readonly string[]): boolean {
        const known = [...this.#states.values()];
        if (this.busy || known.some(({ facts }) => !facts)) return true;
        return known.some(
            ({ facts }) => facts && (dependsOn(facts, file) || texts.some((text) => mentions(facts, text))),
        );
    }

    /**
     * A source is looked at and may be edited next: when an answer depends on it that a cache gave, the
     * compiler is made ready in the background, which takes seconds, so that the edit's answer takes less.
     */
    prepare(file: string): void {
        for (const [entry, { facts }] of this.#states) {
            if (!facts?.contexts.files.includes(file) || this.#running.has(entry)) continue;
            const last = this.#prepared.get(facts.root);
            if (last !== undefined && performance.now() - last < PREPARED_MS) continue;
            this.#prepared.set(facts.root, performance.now());
            void this.#prepareRoot(
                facts.root,
                facts.configs.configs.some(({ files }) => files.includes(file)),
            );
        }
    }

    /** Never rejects. */
    async #prepareRoot(root: string, isOfConfig: boolean): Promise<void> {
        const overlays = this.#options.overlays();
        const query: AnalysisQuery = { root, overlays, types: true, fresh: true, ...this.#options.analysis() };
        const controller = new AbortController();
        const { signal } = controller;
        this.#preparing.set(root, controller);
        try {
            await this.#source.contexts(query, signal);
            if (isOfConfig) await this.#source.configs(query, signal);
        } catch (error) {
            if (!signal.aborted) this.#options.log(`Preparing the compiler failed: ${messageOf(error)}`);
        } finally {
            this.#preparing.delete(root);
        }
    }

    async #ask(entry: string, controller: AbortController): Promise<void> {
        const { signal } = controller;
        try {
            if (!this.#states.get(entry)?.facts) {
                const facts = await this.#gather(entry, true, signal);
                if (signal.aborted) return;
                this.#states.set(entry, { facts });
                if (facts.contexts.isPartial !== true) return;
                this.onChange(entry);
            }
            const facts = await this.#gather(entry, false, signal);
            if (!signal.aborted) this.#states.set(entry, { facts });
        } catch (error) {
            if (signal.aborted) return;
            this.#states.set(entry, { ...this.#states.get(entry), error: messageOf(error) });
        }
    }

    async #gather(entry: string, quick: boolean, signal: AbortSignal): Promise<ApplicationFacts> {
        const limit = this.#options.limit(entry);
        const facts = await gatherFacts(
            this.#source,
            {
                entry,
                overlays: this.#options.overlays(),
                types: true,
                schemas: this.#options.schemas(),
                ...(limit !== undefined && { limit }),
                analysis: { quick, ...this.#options.analysis() },
            },
            signal,
        );
        const configs = facts.configs.configs.filter((config) => this.#options.accepts(config.location.file));
        return { ...facts, configs: { ...facts.configs, configs } };
    }
}

function dependsOn({ contexts, configs }: ApplicationFacts, file: string): boolean {
    const isMissed = contexts.contexts.some(({ unknown }) => unknown.length > 0);
    return (
        contexts.files.includes(file) ||
        configs.configs.some(({ files }) => files.includes(file)) ||
        // It may be what an import looked for.
        (isMissed && !fs.existsSync(file))
    );
}

function mentions({ contexts }: ApplicationFacts, text: string): boolean {
    const wrappers = contexts.contexts.flatMap(({ via }) => via ?? []).map(({ name }) => name);
    return ['$setAuth', 'betterAuth', ...wrappers].some((word) => text.includes(word));
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
