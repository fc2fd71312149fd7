import * as vscode from 'vscode';
import type { Services } from './services.ts';

/** Ends the language server and starts another, which reads everything anew. */
export async function restartServer({ server }: Services): Promise<void> {
    await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: 'ZModel Auth: restarting the server' },
        () => server.restart(),
    );
}
