import path from 'node:path';
import * as vscode from 'vscode';
import type { Location } from '../../model/text.ts';
import { toPreviewedEdit } from '../preview.ts';
import { insertAuthModelsRequest, type InsertParams, type InsertResult } from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import { schemaUri } from './active-schema.ts';
import { describeAdded, describeRemainder, renderDetails, type InsertPlan } from './insert-report.ts';
import type { Services } from './services.ts';

type Choice<K extends InsertResult['kind']> = Extract<InsertResult, { kind: K }>;

/**
 * Completes the schema with what the Better Auth configuration needs: asks which when there are
 * several, lets VS Code preview the edit, applies what is confirmed, and says what was done.
 */
export async function insertAuthModels(services: Services, argument: unknown): Promise<void> {
    const uri = schemaUri(argument);
    let params: InsertParams | undefined = uri === undefined ? {} : { uri };
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
        case 'failed':
            await showFailure(result);
            return undefined;
        case 'plan':
            await carryOut(services, { ...params, config: result.config.id }, result);
            return undefined;
    }
}

async function pickConfig({ configs }: Choice<'choose-config'>): Promise<string | undefined> {
    const picked = await vscode.window.showQuickPick(
        configs.map(({ id, label, detail }) => ({ label, detail, id })),
        { title: 'Insert Better Auth Models', placeHolder: 'Which Better Auth configuration?', matchOnDetail: true },
    );
    return picked?.id;
}

async function pickSchema({ schemas }: Choice<'choose-schema'>): Promise<string | undefined> {
    const picked = await vscode.window.showQuickPick(
        schemas.map(({ label, uri }) => ({ label, detail: vscode.Uri.parse(uri, true).fsPath, uri })),
        { title: 'Insert Better Auth Models', placeHolder: 'Which schema?', matchOnDetail: true },
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
    const applied = await vscode.workspace.applyEdit(await toPreviewedEdit(client, plan.edit), { isRefactoring: true });
    if (!applied) {
        services.log.info('Insert Better Auth Models: the edit was not applied');
        void vscode.window.showInformationMessage('Nothing was inserted.');
        return;
    }
    const left = await withPatience('checking the result', (token) =>
        services.server.request(insertAuthModelsRequest, params, token),
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
