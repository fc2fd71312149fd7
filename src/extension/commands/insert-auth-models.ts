import path from 'node:path';
import * as vscode from 'vscode';
import type { Location } from '../../model/text.ts';
import { toPreviewedEdit } from '../preview.ts';
import {
    insertAuthModelsRequest,
    type InsertOffer,
    type InsertParams,
    type InsertResult,
} from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import { schemaUri } from './active-schema.ts';
import { describeAdded, describeRemainder, renderDetails, type InsertPlan } from './insert-report.ts';
import type { Services } from './services.ts';

type Choice<K extends InsertResult['kind']> = Extract<InsertResult, { kind: K }>;

const TITLE = 'Insert Better Auth Models';

/** Where the choice of extras is remembered, for the workspace. */
const REMEMBERED = 'insert.extras';

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
            const uri = await pickSchema(result);
            return uri === undefined ? undefined : { ...params, uri };
        }
        case 'choose-plugins': {
            const plugins = await pickPlugins(result);
            return plugins && { ...params, plugins };
        }
        case 'choose-extras': {
            const also = await pickExtras(services, result);
            return also === undefined ? undefined : { ...params, also };
        }
        case 'failed':
            await showFailure(result);
            return undefined;
        case 'plan':
            await carryOut(services, { ...params, ...(result.config && { config: result.config.id }) }, result);
            return undefined;
    }
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

type OfferItem = vscode.QuickPickItem & { offer?: InsertOffer };

/**
 * Asks what else to insert. What was chosen of the extras is the default next time in this workspace; a
 * conflict's proposal is never taken by default.
 * Out: ids of the chosen offers; undefined when the user leaves.
 */
async function pickExtras(
    { memory }: Services,
    { offers, summary }: Choice<'choose-extras'>,
): Promise<string[] | undefined> {
    const remembered = memory.get<Record<string, boolean>>(REMEMBERED, {});
    const items = (group: InsertOffer['group'], title: string): OfferItem[] => {
        const own = offers.filter((offer) => offer.group === group);
        const separator = { label: title, kind: vscode.QuickPickItemKind.Separator };
        return own.length === 0 ? [] : [separator, ...own.map((offer) => toItem(offer, remembered))];
    };
    const picked = await vscode.window.showQuickPick(
        [...items('extras', 'Also insert'), ...items('conflicts', 'Conflicts: apply the proposal')],
        { title: TITLE, placeHolder: `${summary} What else?`, canPickMany: true, matchOnDetail: true },
    );
    if (!picked) return undefined;
    const also = picked.flatMap(({ offer }) => (offer ? [offer.id] : []));
    const extras = offers.filter(({ group }) => group === 'extras');
    const choice = Object.fromEntries(extras.map(({ id }) => [id, also.includes(id)]));
    await memory.update(REMEMBERED, { ...remembered, ...choice });
    return also;
}

function toItem(offer: InsertOffer, remembered: Record<string, boolean>): OfferItem {
    const { id, label, detail, group } = offer;
    const picked = group === 'extras' ? (remembered[id] ?? offer.picked) : false;
    return { label, detail, picked, offer };
}

async function pickConfig({ configs }: Choice<'choose-config'>): Promise<string | undefined> {
    const picked = await vscode.window.showQuickPick(
        configs.map(({ id, label, detail }) => ({ label, detail, id })),
        { title: TITLE, placeHolder: 'Which Better Auth configuration?', matchOnDetail: true },
    );
    return picked?.id;
}

async function pickSchema({ schemas }: Choice<'choose-schema'>): Promise<string | undefined> {
    const picked = await vscode.window.showQuickPick(
        schemas.map(({ label, uri }) => ({ label, detail: vscode.Uri.parse(uri, true).fsPath, uri })),
        { title: TITLE, placeHolder: 'Which schema?', matchOnDetail: true },
    );
    return picked?.uri;
}

async function showFailure({ message, location }: Choice<'failed'>): Promise<void> {
    const open = location ? [`Open ${path.basename(location.file)}`] : [];
    const choice = await vscode.window.showErrorMessage(message, ...open);
    if (choice !== undefined && location) await openLocation(location);
}

async function openLocation({ file, range }: Location): Promise<void> {
    const { start, end } = range;
    await vscode.window.showTextDocument(vscode.Uri.file(file), {
        selection: new vscode.Range(start.line, start.character, end.line, end.character),
    });
}

async function carryOut(services: Services, params: InsertParams, plan: InsertPlan): Promise<void> {
    if (plan.edit === undefined) {
        await report(services, plan, plan.summary);
        return;
    }
    const client = await services.server.running();
    if (!client.validateWorkspaceEdit(plan.edit)) {
        void vscode.window.showWarningMessage(
            'The schema was changed while the Better Auth configuration was read. Run the command again.',
        );
        return;
    }
    const applied = await vscode.workspace.applyEdit(await toPreviewedEdit(client, plan.edit, plan.anchor), {
        isRefactoring: true,
    });
    if (!applied) {
        services.log.info('Insert Better Auth Models: the edit was not applied');
        void vscode.window.showInformationMessage('Nothing was inserted.');
        return;
    }
    if (params.what !== undefined) {
        await report(
            services,
            plan,
            plan.summary.replace(/^(Add|Create)s /, (_, verb: string) => `${verb === 'Add' ? 'Added' : 'Created'} `),
        );
        return;
    }
    const left = await withPatience('checking the result', (token) =>
        services.server.request(insertAuthModelsRequest, { ...params, also: [] }, token),
    );
    await report(services, plan, describeAdded(plan.added, left.kind === 'plan' ? left.added : undefined));
}

async function report({ pages }: Services, plan: InsertPlan, done: string): Promise<void> {
    const remainder = describeRemainder(plan);
    if (remainder === undefined) {
        void vscode.window.showInformationMessage(done);
        return;
    }
    const choice = await vscode.window.showWarningMessage(`${done} ${remainder}`, 'Show Details');
    if (choice) await pages.show('Better Auth Models', renderDetails(plan, done));
}
