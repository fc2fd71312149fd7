import * as vscode from 'vscode';
import { registerCommands } from './commands/index.ts';
import { Pages } from './pages.ts';
import { offerRestart, Server, ServerDownError } from './server.ts';
import { createStatus } from './status.ts';

let server: Server | undefined;

/** Called by VS Code: wires everything and starts the server. A failure is shown and then thrown. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
    const log = vscode.window.createOutputChannel('ZModel Auth', { log: true });
    context.subscriptions.push(log);
    try {
        const status = createStatus();
        const pages = new Pages();
        server = new Server({
            module: context.asAbsolutePath('dist/server.cjs'),
            log,
            cacheDir: context.globalStorageUri.fsPath,
            showStatus: status.show,
        });
        context.subscriptions.push(
            status.item,
            pages,
            server,
            registerCommands({ log, server, pages, memory: context.workspaceState }),
        );
        await vscode.commands.executeCommand('setContext', 'zmodelAuth.active', true);
    } catch (error) {
        log.error('Activation failed', error);
        void showActivationFailure(log, error);
        throw error;
    }
    await startServer(server, log);
}

/** Called by VS Code: ends the server. */
export async function deactivate(): Promise<void> {
    await server?.stop();
    server = undefined;
}

/** Commands stay at work without a server, so that one can be started again: this does not throw when it is down. */
async function startServer(started: Server, log: vscode.LogOutputChannel): Promise<void> {
    try {
        await started.restart();
    } catch (error) {
        log.error('The language server did not start', error);
        if (!(error instanceof ServerDownError)) throw error;
        void offerRestart(`ZModel Auth: ${error.message}`);
    }
}

async function showActivationFailure(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    const choice = await vscode.window.showErrorMessage(`ZModel Auth could not be activated: ${reason}`, 'Show Output');
    if (choice) log.show();
}
