import path from 'node:path';
import * as vscode from 'vscode';
import { checkSetupRequest, type SetupFinding } from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import { schemaUri } from './active-schema.ts';
import { RefusedError, type Services } from './services.ts';

const TITLE = 'Better Auth and ZenStack Setup';
const ICONS: Record<SetupFinding['severity'], string> = {
    error: '$(error)',
    warning: '$(warning)',
    information: '$(info)',
    hint: '$(lightbulb)',
};

type Item = vscode.QuickPickItem & { finding?: SetupFinding };
type Action = vscode.QuickPickItem & { run: () => Promise<void> | void };

/** Lists what is wrong with the set-up, and does what is chosen about one of it; else says that all is well. */
export async function checkSetup(services: Services, argument: unknown): Promise<void> {
    const uri = schemaUri(argument);
    const { findings, markdown, message } = await withPatience('looking over the set-up', (token) =>
        services.server.request(checkSetupRequest, uri === undefined ? {} : { uri }, token),
    );
    if (message !== undefined) throw new RefusedError(message);
    const showReport = () => services.pages.show(TITLE, markdown);
    if (findings.length === 0) {
        const choice = await vscode.window.showInformationMessage(
            'Nothing is wrong with the set-up of Better Auth and ZenStack.',
            'Show Report',
        );
        if (choice) await showReport();
        return;
    }
    const items: Item[] = [
        ...findings.map((finding) => ({
            label: `${ICONS[finding.severity]} ${finding.code}`,
            description: `${path.basename(finding.location.file)}:${finding.location.range.start.line + 1}`,
            detail: finding.message,
            finding,
        })),
        { label: '$(list-unordered) Show Report' },
    ];
    const picked = await vscode.window.showQuickPick(items, {
        title: TITLE,
        placeHolder: findings.length === 1 ? '1 finding' : `${findings.length} findings`,
        matchOnDetail: true,
    });
    if (!picked) return;
    if (!picked.finding) await showReport();
    else await pickAction(services, picked.finding);
}

async function pickAction(services: Services, finding: SetupFinding): Promise<void> {
    const { code, fixes, location } = finding;
    const actions: Action[] = [
        ...fixes.map((fix) => ({
            label: `$(wrench) ${fix.title}`,
            run: () => applyFix(services, fix),
        })),
        { label: `$(go-to-file) Open ${path.basename(location.file)}`, run: () => open(location) },
        {
            label: `$(question) Explain ${code}`,
            run: async () => {
                await vscode.commands.executeCommand('zmodelAuth.explainFinding', code);
            },
        },
    ];
    const action = await vscode.window.showQuickPick(actions, { title: code, placeHolder: finding.message });
    await action?.run();
}

async function applyFix({ server, log }: Services, { title, edit }: SetupFinding['fixes'][number]): Promise<void> {
    const client = await server.running();
    const converted = await client.protocol2CodeConverter.asWorkspaceEdit(edit);
    // The server reads sources and package.json from disk.
    const touched = new Set(converted.entries().map(([uri]) => uri.toString()));
    const unsaved = vscode.workspace.textDocuments.find(
        (document) =>
            document.isDirty && !document.fileName.endsWith('.zmodel') && touched.has(document.uri.toString()),
    );
    if (unsaved) throw new RefusedError(`Save ${path.basename(unsaved.fileName)} first, and run the command again.`);
    if (await vscode.workspace.applyEdit(converted)) {
        void vscode.window.showInformationMessage(`Done: ${title}. The changed file is not saved yet.`);
    } else {
        log.warn(`Check setup: "${title}" was not applied`);
        void vscode.window.showWarningMessage(`"${title}" could not be applied.`);
    }
}

async function open({ file, range: { start, end } }: SetupFinding['location']): Promise<void> {
    await vscode.window.showTextDocument(vscode.Uri.file(file), {
        selection: new vscode.Range(start.line, start.character, end.line, end.character),
    });
}
