import { fileURLToPath } from 'node:url';
import { firstSyntaxError, syntaxBreakage } from '../fixes/verify.ts';
import { describePlan } from '../insert/describe-plan.ts';
import { planInsert } from '../insert/plan-insert.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Location } from '../model/text.ts';
import type { ConfigChoice, InsertParams, InsertResult } from '../shared/protocol.ts';
import { discoverSchemas } from '../workspace/discover.ts';
import { displayPath } from '../workspace/findings.ts';
import { UnreadableSchemaError } from '../zmodel/load.ts';
import type { Application } from './application.ts';
import { toRange, toUri, toWorkspaceEdit } from './convert.ts';
import type { Features } from './features.ts';
import { matchesGlobs } from './globs.ts';
import type { Schemas } from './schemas.ts';

interface Parts {
    schemas: Schemas;
    application: Application;
    features: Features;
}

/** Answers *Insert Better Auth Models*: finds schema and configuration, plans the edits, checks that they parse. */
export async function insertAuthModels(params: InsertParams, parts: Parts): Promise<InsertResult> {
    if (params.uri !== undefined && !params.uri.startsWith('file:')) {
        return {
            kind: 'failed',
            message: 'This schema is not a file yet. Save it beside your application, and run the command again.',
        };
    }
    const entries = findEntries(params, parts);
    const [entry] = entries;
    if (entry === undefined) {
        return {
            kind: 'failed',
            message:
                'No ZModel schema was found. Create a file schema.zmodel (it may be empty), open it, and run the command again.',
        };
    }
    if (entries.length > 1) {
        return {
            kind: 'choose-schema',
            schemas: entries.map((file) => ({ uri: toUri(file), label: display(file, parts) })),
        };
    }
    const { facts, error } = await parts.application.ensure(entry);
    if (!facts)
        return { kind: 'failed', message: `The application's sources could not be read: ${error ?? 'no answer'}` };
    const { configs, unknown } = facts.configs;
    const choices = configs.map((config) => toChoice(config, parts));
    const config = pickConfig(configs, choices, params.config);
    if (config === 'choose') return { kind: 'choose-config', configs: choices };
    if (!config) {
        const because = unknown
            .map(({ file, line, reason }) => ` ${display(file, parts)}:${line}: ${reason}.`)
            .join('');
        return {
            kind: 'failed',
            message: `No betterAuth(…) call was found under ${display(facts.root, parts) || facts.root}.${because} Create the file with your Better Auth configuration (such as auth.ts), save it, and run the command again.`,
        };
    }
    return planFor(entry, config, parts);
}

function planFor(entry: string, config: AuthConfig, parts: Parts): InsertResult {
    let view: SchemaView;
    try {
        view = parts.schemas.view(entry);
    } catch (error) {
        if (error instanceof UnreadableSchemaError) return { kind: 'failed', message: error.message };
        throw error;
    }
    const syntaxError = firstSyntaxError(view);
    if (syntaxError) {
        const location = locate(view, syntaxError.file, syntaxError);
        return {
            kind: 'failed',
            message:
                `Nothing was changed: ${display(location.file, parts)}:${location.range.start.line + 1} doesn't parse, ` +
                'and what is missing may only be hidden by that. Correct the syntax error, and run the command again.',
            location,
        };
    }
    const plan = planInsert(view, config);
    const summary = describePlan(plan);
    const broken = syntaxBreakage(view, plan.changes);
    if (broken !== undefined) return { kind: 'failed', message: broken };
    return {
        kind: 'plan',
        ...(plan.changes.length > 0 && {
            edit: toWorkspaceEdit(view, plan.changes, { label: 'Insert Better Auth models', description: summary }),
        }),
        summary,
        added: { models: plan.added.models, fields: plan.added.fields },
        conflicts: plan.conflicts.map(({ message, file, span }) => {
            const location = file !== undefined && span ? locate(view, file, span) : undefined;
            return location ? { message, location } : { message };
        }),
        unknown: [...config.unknown, ...plan.unknown.filter((part) => !config.unknown.includes(part))],
        config: toChoice(config, parts),
    };
}

function locate(view: SchemaView, file: string, span: { start: number; end: number }): Location {
    const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
    return { file, range: toRange(content, span) };
}

/** The document's schema, else the main schemas of the workspace folders. */
function findEntries({ uri }: InsertParams, { schemas, features }: Parts): string[] {
    if (uri !== undefined) {
        const entries = schemas.entriesOf(uri);
        return entries.length > 0 ? entries : [fileURLToPath(uri)];
    }
    const found = features.folders
        .flatMap((folder) => discoverSchemas(folder).entries)
        .filter((entry) => matchesGlobs(entry.file, features.settings.schema, features.folders));
    const main = found.filter((entry) => entry.isMain);
    return (main.length > 0 ? main : found).map((entry) => entry.file);
}

function pickConfig(
    configs: AuthConfig[],
    choices: ConfigChoice[],
    wanted: string | undefined,
): AuthConfig | 'choose' | undefined {
    if (wanted !== undefined) return configs[choices.findIndex((choice) => choice.id === wanted)];
    return configs.length > 1 ? 'choose' : configs[0];
}

function toChoice(config: AuthConfig, parts: Parts): ConfigChoice {
    const { file, range } = config.location;
    const line = range.start.line + 1;
    const plugins = config.plugins.map((plugin) => plugin.name).join(', ') || 'no plugins';
    const unknown = config.unknown.length > 0 ? `; unknown: ${config.unknown.map((part) => part.what).join(', ')}` : '';
    return {
        id: `${file}#${line}`,
        label: `${display(file, parts)}:${line}`,
        detail: `${plugins}${unknown}`,
        location: config.location,
    };
}

function display(file: string, { features }: Parts): string {
    const folder = features.folderOf(file);
    return folder === undefined ? file : displayPath(folder, file);
}
