import path from 'node:path';
import * as vscode from 'vscode';
import { loadConfigRequest, type ConfigChoice } from '../../shared/protocol.ts';
import { describeDifferences, renderDifferences } from './insert-report.ts';
import type { Services } from './services.ts';

/** Of the button, wherever it is. */
export const LOAD_TITLE = 'Load the Real Configuration…';

/**
 * Runs a configuration after the user has agreed to it, and shows in what it differs from what was read.
 * In: the configuration, the schema that it is for. Out: whether to go on with the loaded tables; false as well
 * when nothing was loaded, which the user has been told then.
 */
export async function loadConfig(services: Services, config: ConfigChoice, uri: string | undefined): Promise<boolean> {
    if (!(await mayRun(config))) return false;
    const result = await vscode.window.withProgress(
        {
            location: vscode.ProgressLocation.Notification,
            title: `ZModel Auth: running ${config.label}`,
            cancellable: true,
        },
        (_progress, token) =>
            services.server.request(
                loadConfigRequest,
                { config: config.id, consent: true, ...(uri !== undefined && { uri }) },
                token,
            ),
    );
    if (result.kind === 'failed') {
        void showFailure(services, result.message);
        return false;
    }
    if (result.differences.length === 0) {
        void vscode.window.showInformationMessage('The loaded configuration needs the same tables as its source says.');
        return true;
    }
    return chooseTables(services, result.config, result.differences);
}

async function showFailure({ log }: Services, message: string): Promise<void> {
    const choice = await vscode.window.showErrorMessage(message, 'Show Output');
    if (choice) log.show();
}

async function explainTrust(label: string): Promise<void> {
    const manage = 'Manage Workspace Trust';
    const choice = await vscode.window.showWarningMessage(
        `${label} is not run, because this workspace is not trusted. What its source tells is used without running anything.`,
        manage,
    );
    if (choice) await vscode.commands.executeCommand('workbench.trust.manage');
}

/** Asked each time: what a configuration runs can be another thing than it was. */
async function mayRun({ label, location }: ConfigChoice): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
        void explainTrust(label);
        return false;
    }
    const unsaved = vscode.workspace.textDocuments.some(
        (document) => document.isDirty && document.uri.fsPath === location.file,
    );
    const run = `Run ${path.basename(location.file)}`;
    const choice = await vscode.window.showWarningMessage(
        `Run ${label} to see which tables it really needs?`,
        {
            modal: true,
            detail: [
                `This executes ${location.file} and everything that it imports, as your application would, with the variables of your .env files. It may open databases or call services.`,
                'It runs in a process of its own, which is ended when the tables are known, after 20 seconds at the latest.',
                ...(unsaved ? ['The file has unsaved changes; it is run as it is on disk.'] : []),
            ].join('\n\n'),
        },
        run,
    );
    return choice === run;
}

async function chooseTables(services: Services, config: ConfigChoice, differences: string[]): Promise<boolean> {
    const [use, all] = ['Use the Loaded Tables', 'Show All'];
    const { text, isComplete } = describeDifferences(differences);
    const choice = await vscode.window.showInformationMessage(
        `${config.label} needs other tables than its source says.`,
        { modal: true, detail: text },
        use,
        ...(isComplete ? [] : [all]),
    );
    if (choice === all) {
        await services.pages.show('Loaded Configuration', renderDifferences(config, differences));
        const again = await vscode.window.showInformationMessage(
            `Go on with the tables of ${config.label} as loaded?`,
            use,
        );
        return again === use;
    }
    return choice === use;
}
