import fs from 'node:fs';
import { suggestAuthType } from '../checks/auth-type.ts';
import { firstSyntaxError, syntaxBreakage } from '../fixes/verify.ts';
import { describeDamage, describePlan, describeRelease } from '../insert/describe-plan.ts';
import { hasAuthDeclaration } from '../insert/extras.ts';
import { planInsert } from '../insert/plan-insert.ts';
import { userContextFile, writeUserContext } from '../insert/user-context.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { InsertPlan } from '../model/insert-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Location, TextChange } from '../model/text.ts';
import type { InsertParams, InsertResult, OpenConflict } from '../shared/protocol.ts';
import type { ApplicationFacts } from '../workspace/facts.ts';
import { contextsOf } from '../workspace/findings.ts';
import { UnreadableSchemaError } from '../zmodel/load.ts';
import type { Application } from './application.ts';
import { pickConfig, toChoice } from './config-choices.ts';
import { toRange, toUri, toWorkspaceEdit } from './convert.ts';
import { display, findEntries } from './entries.ts';
import type { Features } from './features.ts';
import { offersFor, optionsFor, withProposals } from './insert-offers.ts';
import type { LoadedConfigs } from './loaded-configs.ts';
import type { Schemas } from './schemas.ts';

interface Parts {
    schemas: Schemas;
    application: Application;
    features: Features;
    loaded: LoadedConfigs;
}

/**
 * Answers the commands that insert: finds schema and configuration, asks what can't be told, plans the edits,
 * checks that they parse.
 */
export async function insertAuthModels(params: InsertParams, parts: Parts): Promise<InsertResult> {
    if (params.uri !== undefined && !params.uri.startsWith('file:')) {
        return {
            kind: 'failed',
            message: 'This schema is not a file yet. Save it beside your application, and run the command again.',
        };
    }
    const entries = await findEntries(params.uri, parts);
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
    const picked = params.plugins && (await parts.application.plugins({ names: params.plugins, file: entry })).config;
    const read = picked ?? pickConfig(configs, params.config);
    if (read === 'choose') return { kind: 'choose-config', configs: configs.map((config) => toChoice(config, parts)) };
    const config = params.loaded && read ? parts.loaded.find(read) : read;
    if (read && !config) {
        return {
            kind: 'failed',
            message: `The configuration at ${toChoice(read, parts).label} was changed since it was loaded. Run the command again.`,
        };
    }
    if (params.what === 'auth-type') return planAuthType({ entry, facts, config, parts });
    if (!config && params.config !== undefined) {
        const gone = params.config.replace('#', ':');
        return {
            kind: 'failed',
            message: `The configuration at ${gone} is not there any more. Run the command again.`,
        };
    }
    if (!config && params.ask && params.what === undefined) {
        const { available } = await parts.application.plugins({ file: entry });
        const plugins = available.map(({ name, adds }) => ({ name, detail: adds.join(', ') }));
        if (plugins.length > 0) return { kind: 'choose-plugins', plugins };
    }
    if (!config) {
        const because = unknown
            .map(({ file, line, reason }) => ` ${display(file, parts)}:${line}: ${reason}.`)
            .join('');
        return {
            kind: 'failed',
            message: `No betterAuth(…) call was found under ${display(facts.root, parts) || facts.root}.${because} Create the file with your Better Auth configuration (such as auth.ts), save it, and run the command again.`,
        };
    }
    if (params.what === 'user-context') return planUserContext(config, parts);
    return planModels({ entry, facts, config, parts }, params);
}

interface Job {
    entry: string;
    facts: ApplicationFacts;
    config: AuthConfig;
    parts: Parts;
}

type Failure = Extract<InsertResult, { kind: 'failed' }>;

/** The schema, when it can be read. */
function readView(entry: string, parts: Parts): SchemaView | Failure {
    try {
        return parts.schemas.view(entry);
    } catch (error) {
        if (error instanceof UnreadableSchemaError) return { kind: 'failed', message: error.message };
        throw error;
    }
}

/** What a plan does, whose tables these are, and what it could not see. */
function summarize(view: SchemaView, plan: InsertPlan, config: AuthConfig | undefined, parts: Parts): string {
    const syntaxError = firstSyntaxError(view);
    const place = syntaxError && locate(view, syntaxError.file, syntaxError);
    return [
        describePlan(plan),
        ...(place ? [describeDamage(`${display(place.file, parts)}:${place.range.start.line + 1}`)] : []),
        ...(config && config.version !== '' ? [`Tables: ${describeRelease(config)}.`] : []),
    ].join(' ');
}

function planModels({ entry, facts, config, parts }: Job, { also, ask }: InsertParams): InsertResult {
    const view = readView(entry, parts);
    if ('kind' in view) return view;
    const authType = suggestAuthType(view, contextsOf(view, facts), config);
    const bare = planInsert(view, config);
    if (ask && also === undefined && (bare.changes.length > 0 || bare.conflicts.length > 0)) {
        const helper = userContextFile(config);
        const offers = offersFor({
            view,
            config,
            plan: bare,
            settings: parts.features.settings.insert,
            authType,
            // Picked plugins have no source that the helper could import.
            helper: config.location.file === entry || fs.existsSync(helper) ? undefined : display(helper, parts),
        });
        const summary = summarize(view, bare, config, parts);
        if (offers.length > 0) return { kind: 'choose-extras', offers, summary, ...openOf(view, bare, config, parts) };
    }
    const wanted = also ?? [];
    const plan = wanted.length === 0 ? bare : planInsert(view, config, optionsFor(wanted, authType));
    const helper = wanted.includes('userContext') ? readHelper(config) : undefined;
    const changes = withProposals(plan, wanted);
    if (helper && 'kind' in helper) return helper;
    return finish({ view, plan, changes, config, parts, ...(helper && { helper }) });
}

/** Without a configuration the type comes from the application's calls, and from what rules read. */
function planAuthType({
    entry,
    facts,
    config,
    parts,
}: Omit<Job, 'config'> & { config: AuthConfig | undefined }): InsertResult {
    const view = readView(entry, parts);
    if ('kind' in view) return view;
    const [declared] = view.authDeclarations;
    if (declared) {
        const { file, nameSpan, name, kind } = declared;
        const message = `${kind} ${name} describes auth() already.`;
        return { kind: 'failed', message, location: locate(view, file, nameSpan) };
    }
    const syntaxError = firstSyntaxError(view);
    if (syntaxError && hasAuthDeclaration(view)) {
        const location = locate(view, syntaxError.file, syntaxError);
        const place = `${display(location.file, parts)}:${location.range.start.line + 1}`;
        const message = `${place} doesn't parse, and that part may describe auth() already. Correct it, and run the command again.`;
        return { kind: 'failed', message, location };
    }
    const authType = suggestAuthType(view, contextsOf(view, facts), config);
    const plan = planInsert(view, config ?? withoutTables(entry), { tables: [], authType });
    return finish({ view, plan, changes: plan.changes, config, parts });
}

function withoutTables(file: string): AuthConfig {
    const start = { line: 0, character: 0 };
    const location = { file, range: { start, end: start } };
    return { location, plugins: [], tables: [], id: { kind: 'application' }, version: '', unknown: [], files: [] };
}

/** The helper's text; a failure when its file is there, or the configuration's can't be read. */
function readHelper(config: AuthConfig): { file: string; content: string } | Failure {
    const file = userContextFile(config);
    const start = { line: 0, character: 0 };
    const location = { file, range: { start, end: start } };
    if (fs.existsSync(file)) return { kind: 'failed', message: `The file ${file} exists already.`, location };
    try {
        return writeUserContext(config, fs.readFileSync(config.location.file, 'utf8'));
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { kind: 'failed', message: `The configuration could not be read: ${reason}`, location: config.location };
    }
}

function planUserContext(config: AuthConfig, parts: Parts): InsertResult {
    const helper = readHelper(config);
    if ('kind' in helper) return helper;
    const { file, content } = helper;
    const summary = `Creates ${display(file, parts)}.`;
    return {
        kind: 'plan',
        edit: toWorkspaceEdit({ files: [] }, [{ file, start: 0, end: 0, text: content }], {
            label: 'Insert user context helper',
            description: summary,
            created: [file],
        }),
        summary,
        added: { models: [], fields: [] },
        conflicts: [],
        unknown: config.unknown,
        config: toChoice(config, parts),
        anchor: config.location.file,
    };
}

function finish({
    view,
    plan,
    changes,
    config,
    parts,
    helper,
}: {
    view: SchemaView;
    plan: InsertPlan;
    changes: TextChange[];
    config: AuthConfig | undefined;
    parts: Parts;
    helper?: { file: string; content: string };
}): InsertResult {
    const broken = syntaxBreakage(view, changes);
    if (broken !== undefined) return { kind: 'failed', message: broken };
    const summary = summarize(view, plan, config, parts);
    const all = helper ? [...changes, { file: helper.file, start: 0, end: 0, text: helper.content }] : changes;
    return {
        kind: 'plan',
        ...(all.length > 0 && {
            edit: toWorkspaceEdit(view, all, {
                label: 'Insert Better Auth models',
                description: summary,
                ...(helper && { created: [helper.file] }),
            }),
        }),
        summary,
        added: { models: plan.added.models, fields: plan.added.fields },
        ...openOf(view, plan, config, parts),
        anchor: view.entry,
    };
}

function locate(view: SchemaView, file: string, span: { start: number; end: number }): Location {
    const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
    return { file, range: toRange(content, span) };
}

/** What a plan leaves to the user, and which configuration it is for. */
function openOf(
    view: SchemaView,
    plan: InsertPlan,
    config: AuthConfig | undefined,
    parts: Parts,
): Pick<Extract<InsertResult, { kind: 'plan' }>, 'conflicts' | 'unknown' | 'config'> {
    const unknown = config?.unknown ?? [];
    return {
        conflicts: plan.conflicts.map(({ message, file, span, proposal, location: elsewhere }): OpenConflict => {
            const location = file !== undefined && span ? locate(view, file, span) : elsewhere;
            return { message, proposal: proposal.title, ...(location && { location }) };
        }),
        unknown: [...unknown, ...plan.unknown.filter((part) => !unknown.includes(part))],
        // Picked plugins have no source; the entry stands for it.
        ...(config && config.location.file !== view.entry && { config: toChoice(config, parts) }),
    };
}
