import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { poll } from './poll.ts';

/** Helpers for suites inside VS Code's extension host. */

export const extensionId = 'zmodel-auth.zmodel-auth';

/** The packaged extension under test, activated. */
export async function activateExtension(): Promise<vscode.Extension<unknown>> {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not installed`);
    await extension.activate();
    return extension;
}

/** The address of a file of the opened workspace. */
export function workspaceFile(name: string): vscode.Uri {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'no folder is open');
    return vscode.Uri.joinPath(folder.uri, name);
}

/** Opens a file of the workspace in an editor. */
export async function openFile(name: string): Promise<vscode.TextEditor> {
    return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(workspaceFile(name)));
}

/** The code of a diagnostic, without the link that it may carry. */
export function codeOf(diagnostic: vscode.Diagnostic): string {
    const { code } = diagnostic;
    return String(typeof code === 'object' ? code.value : code);
}

/** Our diagnostics of a file. */
export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'zmodel-auth');
}

/** Waits for a finding with a code, and with a text in the source that it covers. */
export function waitForFinding(document: vscode.TextDocument, code: string, covering = ''): Promise<vscode.Diagnostic> {
    return poll(`${code} in ${document.fileName}`, () =>
        findings(document.uri).find(
            (each) => codeOf(each) === code && document.getText(fullLines(document, each.range)).includes(covering),
        ),
    );
}

/** Waits until a file has no finding with a code. */
export async function waitForNoFinding(uri: vscode.Uri, code: string): Promise<void> {
    await poll(`no ${code}`, () => findings(uri).every((each) => codeOf(each) !== code));
}

/** The quick fixes that are offered at a diagnostic, with their edits. */
export async function fixesAt(uri: vscode.Uri, { range }: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
    const kind = vscode.CodeActionKind.QuickFix.value;
    return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind, 10);
}

/** Puts a text into a file, in the editor, as a whole. */
export async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    assert.ok(await vscode.workspace.applyEdit(edit), 'the edit was not applied');
}

function fullLines(document: vscode.TextDocument, range: vscode.Range): vscode.Range {
    return new vscode.Range(range.start.line, 0, range.end.line, document.lineAt(range.end.line).text.length);
}
