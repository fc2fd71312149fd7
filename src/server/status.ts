import path from 'node:path';
import type { Connection } from 'vscode-languageserver';
import { statusNotification } from '../shared/protocol.ts';
import type { StatusParams } from '../shared/protocol.ts';
import type { Application } from './application.ts';

/** Tells the client what the server is doing and what a user should know. */
export class Status {
    readonly #connection: Connection;
    readonly #application: Application;
    readonly #wantsWorkspace: () => boolean;
    readonly #problems = new Map<string, string>();
    #sent = '';

    /** `wantsWorkspace`: the user wants the workspace's own compiler. */
    constructor(connection: Connection, application: Application, wantsWorkspace: () => boolean) {
        this.#connection = connection;
        this.#application = application;
        this.#wantsWorkspace = wantsWorkspace;
    }

    /** Notes what is wrong with a schema, or with `undefined` that nothing is any more. */
    problem(entry: string, message: string | undefined): void {
        if (message === undefined) this.#problems.delete(entry);
        else this.#problems.set(entry, message);
        this.update();
    }

    /** Forgets what was wrong with all entries but these. */
    retain(entries: ReadonlySet<string>): void {
        for (const entry of this.#problems.keys()) if (!entries.has(entry)) this.#problems.delete(entry);
        this.update();
    }

    /** Sends the present state when it differs from what was sent last. */
    update(): void {
        const params = this.#present();
        const text = JSON.stringify(params);
        if (text === this.#sent) return;
        this.#sent = text;
        void this.#connection.sendNotification(statusNotification.method, params);
    }

    #present(): StatusParams {
        if (this.#application.busy) return { state: 'busy', message: this.#doing() };
        if (this.#application.entries().length === 0 && this.#problems.size === 0)
            return { state: 'ready', message: 'Ready' };
        const states = this.#application.entries().map((entry) => ({ entry, state: this.#application.state(entry) }));
        const errors = [
            ...this.#problems.values(),
            ...states.flatMap(({ state }) => (state?.error === undefined ? [] : [state.error])),
        ];
        if (errors.length > 0) {
            return { state: 'error', message: errors[0] ?? '', details: errors };
        }
        const unknown = states.flatMap(({ state }) =>
            state?.facts
                ? [
                      ...state.facts.contexts.unknown,
                      ...state.facts.contexts.contexts.flatMap((context) => (context.inTest ? [] : context.unknown)),
                      ...state.facts.configs.unknown,
                      ...state.facts.configs.configs.flatMap((config) => config.unknown),
                  ]
                : [],
        );
        const details = [
            ...new Set(
                unknown.map(({ what, reason, file, line }) => `${path.basename(file)}:${line} ${what}: ${reason}`),
            ),
        ];
        if (details.length > 0) {
            const parts = details.length === 1 ? 'One part' : `${details.length} parts`;
            return { state: 'warning', message: `${parts} of the application could not be read`, details };
        }
        const contexts = states.flatMap(({ state }) => state?.facts?.contexts ?? []);
        const calls = contexts.reduce((sum, each) => sum + each.contexts.length, 0);
        const compilers = [...new Set(contexts.flatMap(({ compiler }) => compiler ?? []))];
        // Only who asked for the workspace's compiler in particular wants to know that there is none.
        const isMissed = this.#wantsWorkspace() && compilers.some((name) => !/^typescript (?:[7-9]|\d\d)/.test(name));
        const about = compilers.length === 0 ? [] : [`Types by ${compilers.join(', ')}`];
        if (isMissed) {
            const message = "Ready; the workspace has no TypeScript 7 that can be used, the extension's own is";
            return { state: 'warning', message, details: about };
        }
        return {
            state: 'ready',
            message: calls === 0 ? 'Ready; no $setAuth call found' : `Ready; $setAuth calls read: ${calls}`,
            ...(about.length > 0 && { details: about }),
        };
    }

    #doing(): string {
        const known = this.#application
            .entries()
            .flatMap((entry) => this.#application.state(entry)?.facts?.contexts ?? []);
        const calls = known.reduce((sum, each) => sum + each.contexts.length, 0);
        if (known.length === 0) return 'Looking for $setAuth calls and the Better Auth configuration';
        return known.some(({ isPartial }) => isPartial)
            ? `Resolving the types of what is passed to $setAuth; calls found: ${calls}`
            : 'Reading again what the application passes to $setAuth';
    }
}
