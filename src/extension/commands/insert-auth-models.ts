import * as vscode from 'vscode';
import { toPreviewedEdit } from '../preview.ts';
import {
    insertAuthModelsRequest,
    type ConfigChoice,
    type InsertParams,
    type InsertResult,
} from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import { schemaUri } from './active-schema.ts';
import { describeAdded, describeRemainder, renderDetails, type InsertPlan } from './insert-report.ts';
import { LOAD_TITLE, loadConfig } from './load-config.ts';
import { pickExtras } from './pick-extras.ts';
import { pickSchema, showFailure } from './questions.ts';
import type { Services } from './services.ts';

type Choice<K extends InsertResult['kind']> = Extract<InsertResult, { kind: K }>;

const TITLE = 'Insert Better Auth Models';

/**
 * Completes the schema with what the Better Auth configuration needs: asks which when there are
 * several, lets VS Code preview the edit, applies what is confirmed, and says what was done.
 */
export async function insertAuthModels(services: Services, argument: unknown): Promise<void> {
    await insert(services, argument, { ask: true });
}

/** Writes the type behind `auth()`, made from what the application passes to `$setAuth`. */
export async function insertAuthType(services: Services, argument: unknown): Promise<void> {
    await insert(services, argument, { what: 'auth-type' });
}

/** Writes the module that derives the user context from session and organization, beside the configuration. */
export async function insertUserContext(services: Services, argument: unknown): Promise<void> {
    await insert(services, argument, { what: 'user-context' });
}

async function insert(services: Services, argument: unknown, wanted: InsertParams): Promise<void> {
    const uri = schemaUri(argument);
    let params: InsertParams | undefined = { ...wanted, ...(uri !== undefined && { uri }) };
    while (params) params = await takeStep(services, params);
}

/** Sends one request and handles its result. Out: the parameters of the request that is to follow, if any. */
async function takeStep(services: Services, params: InsertParams): Promise<InsertParams | undefined> {
    const result = await withPatience('reading the Better Auth configuration', (token) =>
        services.server.request(insertAuthModelsRequest, params, token),
    );
    switch (result.kind) {
        case 'choose-config': {
            const config = await pickConfig(result);
            return config === undefined ? undefined : { ...params, config };
        }
        case 'choose-schema': {
            const uri = await pickSchema(TITLE, result.schemas);
            return uri === undefined ? undefined : { ...params, uri };
        }
        case 'choose-plugins': {
            const plugins = await pickPlugins(result);
            return plugins && { ...params, plugins };
        }
        case 'choose-extras': {
            const answer = await pickExtras(services, TITLE, result);
            if (answer === 'load') return withLoaded(services, params, result.config);
            return answer && { ...params, ...answer };
        }
        case 'failed':
            await showFailure(result);
            return undefined;
        case 'plan':
            return carryOut(services, { ...params, ...(result.config && { config: result.config.id }) }, result);
    }
}

/** Has the configuration run, and asks on with its tables, or with those that were read where it isn't. */
async function withLoaded(
    services: Services,
    params: InsertParams,
    config: ConfigChoice | undefined,
): Promise<InsertParams> {
    if (!config) return params;
    const loaded = await loadConfig(services, config, params.uri);
    return { ...params, config: config.id, ...(loaded && { loaded }) };
}

async function pickPlugins({ plugins }: Choice<'choose-plugins'>): Promise<string[] | undefined> {
    const picked = await vscode.window.showQuickPick(
        plugins.map(({ name, detail }) => ({ label: name, detail })),
        {
            title: TITLE,
            placeHolder: 'No betterAuth(…) call was found. Which plugins will it have?',
            canPickMany: true,
            matchOnDetail: true,
        },
    );
    return picked?.map(({ label }) => label);
}

async function pickConfig({ configs }: Choice<'choose-config'>): Promise<string | undefined> {
    const sorted = [...configs].sort((a, b) => Number(b.recommended ?? false) - Number(a.recommended ?? false));
    const picked = await vscode.window.showQuickPick(
        sorted.map(({ id, label, detail, reasons, recommended }) => ({
            id,
            label,
            detail: reasons.length > 0 ? reasons.join(' · ') : detail,
            ...(recommended && { description: 'most likely the one of the application' }),
        })),
        { title: TITLE, placeHolder: 'Which Better Auth configuration?', matchOnDetail: true },
    );
    return picked?.id;
}

/** Out: the parameters of a request that is to follow, if any. */
async function carryOut(services: Services, params: InsertParams, plan: InsertPlan): Promise<InsertParams | undefined> {
    if (plan.edit === undefined) return report(services, params, plan, plan.summary);
    const client = await services.server.running();
    if (!client.validateWorkspaceEdit(plan.edit)) {
        void vscode.window.showWarningMessage(
            'The schema was changed while the Better Auth configuration was read. Run the command again.',
        );
        return undefined;
    }
    const applied = await vscode.workspace.applyEdit(await toPreviewedEdit(client, plan.edit, plan.anchor), {
        isRefactoring: true,
    });
    if (!applied) {
        services.log.info('Insert Better Auth Models: the edit was not applied');
        void vscode.window.showInformationMessage('Nothing was inserted.');
        return undefined;
    }
    if (params.what !== undefined) {
        const done = plan.summary.replace(
            /^(Add|Create)s /,
            (_, verb: string) => `${verb === 'Add' ? 'Added' : 'Created'} `,
        );
        return report(services, params, plan, done);
    }
    const left = await withPatience('checking the result', (token) =>
        services.server.request(insertAuthModelsRequest, { ...params, also: [] }, token),
    );
    return report(services, params, plan, describeAdded(plan.added, left.kind === 'plan' ? left.added : undefined));
}

async function report(
    services: Services,
    params: InsertParams,
    plan: InsertPlan,
    done: string,
): Promise<InsertParams | undefined> {
    const remainder = describeRemainder(plan);
    if (remainder === undefined) {
        void vscode.window.showInformationMessage(done);
        return undefined;
    }
    const { config, unknown } = plan;
    const canLoad = config !== undefined && !config.loaded && unknown.length > 0 && params.what === undefined;
    const details = 'Show Details';
    const actions = [details, ...(canLoad ? [LOAD_TITLE] : [])];
    const choice = await vscode.window.showWarningMessage(`${done} ${remainder}`, ...actions);
    if (choice === details) await services.pages.show('Better Auth Models', renderDetails(plan, done));
    if (choice !== LOAD_TITLE || !config) return undefined;
    const again = { ...params };
    delete again.also;
    const next = await withLoaded(services, again, config);
    return next.loaded ? next : undefined;
}
