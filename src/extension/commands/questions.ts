import path from 'node:path';
import * as vscode from 'vscode';
import type { Location } from '../../model/text.ts';

/** Asks for one of several schemas. Out: its URI; undefined when the user leaves. */
export async function pickSchema(
    title: string,
    schemas: readonly { uri: string; label: string }[],
): Promise<string | undefined> {
    const picked = await vscode.window.showQuickPick(
        schemas.map(({ label, uri }) => ({ label, detail: vscode.Uri.parse(uri, true).fsPath, uri })),
        { title, placeHolder: 'Which schema?', matchOnDetail: true },
    );
    return picked?.uri;
}

/** Says why nothing could be done, and opens the place that it is about when the user wants to see it. */
export async function showFailure({ message, location }: { message: string; location?: Location }): Promise<void> {
    const open = location ? [`Open ${path.basename(location.file)}`] : [];
    const choice = await vscode.window.showErrorMessage(message, ...open);
    if (choice === undefined || !location) return;
    const { start, end } = location.range;
    await vscode.window.showTextDocument(vscode.Uri.file(location.file), {
        selection: new vscode.Range(start.line, start.character, end.line, end.character),
    });
}
