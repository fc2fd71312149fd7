import * as vscode from 'vscode';
import type { TenantGrant, TenantRulesOffer } from '../../model/tenant-rules.ts';
import { addTenantRulesRequest, type TenantRulesParams, type TenantRulesResult } from '../../shared/protocol.ts';
import { toPreviewedEdit } from '../preview.ts';
import { withPatience } from '../progress.ts';
import { schemaUri } from './active-schema.ts';
import { pickSchema, showFailure } from './questions.ts';
import type { Services } from './services.ts';

type Choice<K extends TenantRulesResult['kind']> = Extract<TenantRulesResult, { kind: K }>;

const TITLE = 'Add Tenant Rules to Models';

const GRANTS: readonly (vscode.QuickPickItem & { grant: TenantGrant })[] = [
    {
        label: 'Read',
        detail: 'Members of the tenant may read its rows. Add what else is allowed, and to whom.',
        grant: 'read',
    },
    {
        label: 'Everything',
        detail: 'Members of the tenant may read, create, change and delete its rows.',
        grant: 'all',
    },
    { label: 'Nothing', detail: 'Only the deny is added: what is allowed is up to other rules.', grant: 'none' },
];

/**
 * Adds rules that keep tenants apart to the models that the user chooses, after a preview, as one step to undo.
 * Where a model allows something already, that stays as it is, and only the deny is added.
 */
export async function addTenantRules(services: Services, argument: unknown): Promise<void> {
    const uri = schemaUri(argument);
    let params: TenantRulesParams | undefined = uri === undefined ? {} : { uri };
    while (params) params = await takeStep(services, params);
}

/** Sends one request and handles its result. Out: the parameters of the request that is to follow, if any. */
async function takeStep(services: Services, params: TenantRulesParams): Promise<TenantRulesParams | undefined> {
    const result = await withPatience('reading the schema', (token) =>
        services.server.request(addTenantRulesRequest, params, token),
    );
    switch (result.kind) {
        case 'choose-schema': {
            const uri = await pickSchema(TITLE, result.schemas);
            return uri === undefined ? undefined : { ...params, uri };
        }
        case 'choose-models': {
            const chosen = await pickModels(result);
            if (!chosen || chosen.length === 0) return undefined;
            const grant = await pickGrant();
            return grant && { ...params, chosen, grant };
        }
        case 'failed':
            await showFailure(result);
            return undefined;
        case 'plan':
            await carryOut(services, result);
            return undefined;
    }
}

async function pickModels({ offers, notes }: Choice<'choose-models'>): Promise<string[] | undefined> {
    const picked = await vscode.window.showQuickPick(
        [...itemsOf(offers, 'rules', 'Belong to a tenant'), ...itemsOf(offers, 'columns', 'Add a tenant')],
        {
            title: TITLE,
            placeHolder: ['Which models?', ...notes].join(' '),
            canPickMany: true,
            matchOnDetail: true,
            ignoreFocusOut: true,
        },
    );
    return picked?.flatMap(({ id }) => id ?? []);
}

type ModelItem = vscode.QuickPickItem & { id?: string };

function itemsOf(offers: readonly TenantRulesOffer[], group: TenantRulesOffer['group'], title: string): ModelItem[] {
    const own = offers.filter((offer) => offer.group === group);
    return own.length === 0
        ? []
        : [
              { label: title, kind: vscode.QuickPickItemKind.Separator },
              ...own.map(({ id, label, detail, picked }) => ({ id, label, detail, picked })),
          ];
}

async function pickGrant(): Promise<TenantGrant | undefined> {
    const picked = await vscode.window.showQuickPick(GRANTS, {
        title: TITLE,
        placeHolder: 'What may members of the tenant do, where nothing is allowed yet?',
        ignoreFocusOut: true,
    });
    return picked?.grant;
}

async function carryOut(services: Services, { edit, summary, notes, anchor }: Choice<'plan'>): Promise<void> {
    if (edit === undefined) {
        void vscode.window.showInformationMessage(summary);
        return;
    }
    const client = await services.server.running();
    if (!client.validateWorkspaceEdit(edit)) {
        void vscode.window.showWarningMessage('The schema was changed in the meantime. Run the command again.');
        return;
    }
    const applied = await vscode.workspace.applyEdit(await toPreviewedEdit(client, edit, anchor), {
        isRefactoring: true,
    });
    if (!applied) {
        services.log.info(`${TITLE}: the edit was not applied`);
        void vscode.window.showInformationMessage('Nothing was added.');
        return;
    }
    void vscode.window.showInformationMessage([summary.replace(/^Adds /, 'Added '), ...notes].join(' '));
}
