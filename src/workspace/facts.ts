import fs from 'node:fs';
import path from 'node:path';
import type { AuthConfigAnalysis } from '../model/auth-table.ts';
import type { ContextAnalysis, ContextShape } from '../model/context-shape.ts';
import type { SetupFacts } from '../model/setup.ts';
import type { AnalysisQuery, PluginAnswer, PluginQuery } from '../worker/protocol.ts';
import type { SourceAccess } from '../zmodel/load.ts';
import { declaredSchema, discoverSchemas, monorepoRootOf, packageRootOf } from './discover.ts';
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
    /** How schemas are read; from disk unless told. */
    schemas?: SourceAccess;
    /** How the sources are analysed; see `AnalysisQuery`. */
    analysis?: Pick<AnalysisQuery, 'quick' | 'fresh' | 'cacheDir' | 'backend'>;
}

/**
 * Looks through the package that holds a schema; when that package has neither a `$setAuth` call nor a
 * `betterAuth` configuration and it is part of a monorepo, through the monorepo. Among
 * several schemas of a monorepo, only calls that are certainly made on this one's client count.
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
    const { entries, skipped } = await discoverSchemas(wider, {
        ...(query.schemas && { access: query.schemas }),
        signal,
    });
    if (entries.length + skipped.length === 1) return search(source, wider, query, signal);
    const { contexts } = await search(source, wider, query, signal);
    const own = contexts.contexts.filter(({ schemaFile }) => schemaFile === query.entry);
    // Nobody can say which schema a configuration belongs to, so none is taken from other packages.
    return { ...facts, contexts: { ...contexts, contexts: own } };
}

/**
 * The calls that count for a schema: those that are known to be made on another schema's client are
 * left out. A schema that no client was generated from is a draft for its package's calls: it keeps all.
 */
export function callsOf({ contexts }: ContextAnalysis, entry: string): ContextShape[] {
    const isOther = ({ schemaFile }: ContextShape): boolean => schemaFile !== undefined && schemaFile !== entry;
    if (!contexts.some(isOther)) return contexts;
    const isUsed = contexts.some(({ schemaFile }) => schemaFile === entry);
    return isUsed || hasClient(entry) ? contexts.filter((shape) => !isOther(shape)) : contexts;
}

/** Whether a client is generated from a schema: beside it, or where its package declares. */
function hasClient(entry: string): boolean {
    const beside = ['schema.ts', 'schema.js'].map((name) => path.join(path.dirname(entry), name));
    return declaredSchema(packageRootOf(entry)) === entry || beside.some((file) => fs.existsSync(file));
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
    const { overlays, types, analysis } = query;
    const cacheDir = analysis?.cacheDir;
    const configs = await source.configs(
        { root, overlays, types, ...(cacheDir !== undefined && { cacheDir }) },
        signal,
    );
    const contexts = await source.contexts({ root, overlays, types, ...analysis }, signal);
    return { root, configs, contexts, setup: readSetup(packageRootOf(query.entry), query.limit) };
}
