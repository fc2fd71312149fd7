import path from 'node:path';
import type { AuthConfig } from '../model/auth-table.ts';
import { discoverSchemas, packageRootOf } from '../workspace/discover.ts';
import { gatherFacts } from '../workspace/facts.ts';
import type { Application } from './application.ts';
import { candidateConfigs, describeUnknown, nameFolder, placeOf } from './examine.ts';
import { statInput } from './inputs.ts';
import { relativeMessage, relativePath, UsageError } from './terminal.ts';

/**
 * The one schema that is meant.
 * In: the working directory; a path that the user gave (a schema, or a folder that holds one), or none.
 * Out: the entry's absolute path. Throws `UsageError`, with the flag to use, when there is none or several.
 */
export async function chooseSchema(cwd: string, given: string | undefined): Promise<string> {
    const { target, isFolder } = statInput(cwd, given ?? '.');
    if (!isFolder) {
        if (target.endsWith('.zmodel')) return target;
        throw new UsageError(`${given ?? target}: is no schema; a schema's name ends in .zmodel.`);
    }
    const { entries, problems } = await discoverSchemas(target);
    const mains = entries.filter(({ isMain }) => isMain);
    const [only, ...others] = mains.length > 0 ? mains : entries;
    if (only && others.length === 0) return only.file;
    if (!only) {
        const [problem] = problems;
        if (problem !== undefined) throw new UsageError(relativeMessage(cwd, problem));
        throw new UsageError(
            `There is no schema (*.zmodel) below ${nameFolder(cwd, target)}. Create one (it may be empty, as zenstack/schema.zmodel), ` +
                'or name one with --schema FILE.',
        );
    }
    const list = entries.map(({ file }) => `  --schema ${relativePath(cwd, file)}`);
    throw new UsageError(['There are several schemas. Say which one is meant:', ...list].join('\n'));
}

/** A configuration with what else should be said about the choice. */
export interface ConfigChoice {
    config: AuthConfig;
    notes: string[];
}

/**
 * The one Better Auth configuration that is meant.
 * In: the schema's entry; `FILE` or `FILE:LINE` as the user gave it, or none. Throws `UsageError`, with
 * what to do, when there is none, or several without a way to choose.
 */
export async function chooseConfig(
    source: Application,
    cwd: string,
    entry: string,
    given: string | undefined,
): Promise<ConfigChoice> {
    return given === undefined ? findConfig(source, cwd, entry) : namedConfig(source, cwd, given);
}

async function findConfig(source: Application, cwd: string, entry: string): Promise<ConfigChoice> {
    const facts = await gatherFacts(source, { entry, overlays: {}, types: true }).catch(explainFailure);
    const { configs, unknown } = facts.configs;
    const notes = unknown.map((each) => describeUnknown(cwd, each));
    const candidates = candidateConfigs(facts);
    const [config] = candidates;
    if (config && candidates.length === 1) {
        if (configs.length > 1)
            notes.push(`Of ${configs.length} configurations ${placeOf(cwd, config)} has ZenStack's adapter.`);
        return { config, notes };
    }
    if (config)
        throw new UsageError(
            ['There are several configurations. Say which one is meant:', ...list(cwd, candidates)].join('\n'),
        );
    throw new UsageError(
        [
            `There is no betterAuth(...) configuration below ${nameFolder(cwd, facts.root)}. ` +
                'Name the file that calls betterAuth(...) with --config FILE.',
            ...notes,
        ].join('\n'),
    );
}

async function namedConfig(source: Application, cwd: string, given: string): Promise<ConfigChoice> {
    const [, fileName = given, line] = /^(.+?)(?::(\d+))?$/.exec(given) ?? [];
    const { target, isFolder } = statInput(cwd, fileName);
    const query = { root: isFolder ? target : packageRootOf(target), overlays: {}, types: true };
    const analysis = await source.configs(query).catch(explainFailure);
    const found = analysis.configs.filter(
        ({ location }) =>
            (isFolder || path.normalize(location.file) === target) &&
            (line === undefined || location.range.start.line + 1 === Number(line)),
    );
    const notes = analysis.unknown
        .filter(({ file }) => isFolder || path.normalize(file) === target)
        .map((each) => describeUnknown(cwd, each));
    const [config] = found;
    if (!config) {
        throw new UsageError([`${given}: no betterAuth(...) configuration was found there.`, ...notes].join('\n'));
    }
    if (found.length > 1) {
        throw new UsageError(
            [`${given}: there are several configurations. Say which one is meant:`, ...list(cwd, found)].join('\n'),
        );
    }
    return { config, notes };
}

function explainFailure(error: unknown): never {
    throw new UsageError(
        `The sources could not be analysed: ${error instanceof Error ? error.message : String(error)}`,
    );
}

function list(cwd: string, configs: readonly AuthConfig[]): string[] {
    return configs.map((config) => {
        const plugins = config.plugins.map((plugin) => plugin.name).join(', ');
        return `  --config ${placeOf(cwd, config)}${plugins === '' ? '' : `  (${plugins})`}`;
    });
}
