import path from 'node:path';
import type { AuthConfigAnalysis } from '../model/auth-table.ts';
import type { ContextAnalysis } from '../model/context-shape.ts';
import type { SetupFacts } from '../model/setup.ts';
import type { AnalysisQuery, PluginAnswer, PluginQuery } from '../worker/protocol.ts';
import { discoverSchemas, monorepoRootOf, packageRootOf } from './discover.ts';
import { readSetup } from './setup.ts';

/** Where facts about the application's TypeScript come from: the worker process, or a stand-in in tests. */
export interface FactSource {
    contexts(query: AnalysisQuery, signal?: AbortSignal): Promise<ContextAnalysis>;
    configs(query: AnalysisQuery, signal?: AbortSignal): Promise<AuthConfigAnalysis>;
    /** The plugins that come with Better Auth, and a configuration made of some; absent where nothing is picked. */
    plugins?(query: PluginQuery, signal?: AbortSignal): Promise<PluginAnswer>;
}

/** What the application's sources say, and which folder was searched for it. */
export interface ApplicationFacts {
    root: string;
    contexts: ContextAnalysis;
    configs: AuthConfigAnalysis;
    /** How the packages around the schema were installed. */
    setup?: SetupFacts;
}

export interface FactQuery {
    /** Absolute path of the schema's entry file. */
    entry: string;
    overlays: Record<string, string>;
    types: boolean;
    /** Folder that the search never leaves: the workspace folder. */
    limit?: string;
}

/**
 * Looks through the package that holds a schema; when that package has neither a `$setAuth` call nor a
 * `betterAuth` configuration and it is part of a monorepo with just this schema, through the monorepo.
 * Out: the facts. Rejects when the source does, or on abort.
 */
export async function gatherFacts(
    source: FactSource,
    query: FactQuery,
    signal?: AbortSignal,
): Promise<ApplicationFacts> {
    const root = packageRootOf(query.entry);
    const facts = await search(source, root, query, signal);
    if (facts.contexts.contexts.length > 0 || facts.configs.configs.length > 0) return facts;
    const wider = monorepoRootOf(root);
    if (wider === undefined || (query.limit !== undefined && !isInside(wider, query.limit))) return facts;
    // Among several schemas nobody can say yet which one the calls belong to.
    const { entries, skipped } = discoverSchemas(wider);
    if (entries.length + skipped.length !== 1) return facts;
    return search(source, wider, query, signal);
}

function isInside(folder: string, limit: string): boolean {
    const relative = path.relative(limit, folder);
    return !relative.startsWith('..') && !path.isAbsolute(relative);
}

async function search(
    source: FactSource,
    root: string,
    query: FactQuery,
    signal?: AbortSignal,
): Promise<ApplicationFacts> {
    const { overlays, types } = query;
    const configs = await source.configs({ root, overlays, types }, signal);
    const contexts = await source.contexts({ root, overlays, types }, signal);
    return { root, configs, contexts, setup: readSetup(packageRootOf(query.entry), query.limit) };
}
