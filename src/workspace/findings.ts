import path from 'node:path';
import type { CheckInput } from '../checks/check.ts';
import { runChecks, runChecksInSteps } from '../checks/index.ts';
import { servingConfig } from '../checks/serving-config.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { ContextShape } from '../model/context-shape.ts';
import type { Code, Finding, Severity } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { isMainSchema, packageRootOf } from './discover.ts';
import { type ApplicationFacts, callsOf } from './facts.ts';

export interface FindingOptions {
    severities?: Partial<Record<Code, Severity | 'off'>>;
    /** Folder that paths in messages are relative to. */
    base: string;
    /** Told of a model whose rules were only partly searched, since there is too much to try. */
    onLimited?: (model: string) => void;
}

/** For how long checks run before anything else has its turn. */
const STEP_MS = 8;

/** A path as a reader knows it: relative to the base with `/`, or as it is when it lies elsewhere. */
export function displayPath(base: string, file: string): string {
    const relative = path.relative(base, file);
    return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/');
}

/**
 * Runs all checks on a schema.
 * In: the view; what the application says, or undefined while that isn't known yet (then only the
 * checks that need the schema alone report). Out: the findings.
 */
export function findingsFor(view: SchemaView, facts: ApplicationFacts | undefined, options: FindingOptions): Finding[] {
    return runChecks(inputOf(view, facts, options), options.severities);
}

/**
 * The same, a few milliseconds at a time: `pause` is awaited in between, and ends it by throwing. The view and the
 * facts are those that it was begun with; whether they still count is for the caller to tell.
 */
export async function findingsInSteps(
    view: SchemaView,
    facts: ApplicationFacts | undefined,
    options: FindingOptions & { pause: () => Promise<void> },
): Promise<Finding[]> {
    const steps = runChecksInSteps(inputOf(view, facts, options), options.severities);
    let begun = performance.now();
    for (;;) {
        const { done, value } = steps.next();
        if (done === true) return value;
        if (performance.now() - begun < STEP_MS) continue;
        await options.pause();
        begun = performance.now();
    }
}

function inputOf(view: SchemaView, facts: ApplicationFacts | undefined, options: FindingOptions): CheckInput {
    return {
        view,
        ...(facts && {
            contexts: contextsOf(view, facts),
            isContextIncomplete: facts.contexts.isPartial === true || facts.contexts.unknown.length > 0,
            configs: facts.configs.configs,
            ...(facts.setup && { setup: facts.setup }),
        }),
        ...(options.onLimited && { onLimited: options.onLimited }),
        isMainSchema: isMainSchema(view.entry, packageRootOf(view.entry), [view.entry]),
        display: (file) => displayPath(options.base, file),
    };
}

/** The calls that may be of this schema's client, see `callsOf`. */
export function contextsOf(view: SchemaView, facts: ApplicationFacts): ContextShape[] {
    return callsOf(facts.contexts, view.entry);
}

/** The configuration that a schema serves, see `servingConfig`; fixes insert what it needs. */
export function servingConfigOf(view: SchemaView, facts: ApplicationFacts | undefined): AuthConfig | undefined {
    if (!facts) return undefined;
    const isMain = isMainSchema(view.entry, packageRootOf(view.entry), [view.entry]);
    return servingConfig({ view, configs: facts.configs.configs, isMainSchema: isMain });
}
