import type * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { WorkspaceEdit as ProtocolEdit } from 'vscode-languageserver-protocol';

/**
 * Converts an edit so that VS Code's refactor preview shows it with every change checked.
 *
 * An edit whose annotation needs confirmation opens the preview, but starts unchecked there, so that
 * *Apply* alone would do nothing. Therefore the annotations are taken as descriptions only, and what
 * needs confirmation is the creation of a file that exists: it opens the preview, is not listed in it,
 * and does nothing. Without a file on disk the changes are left as they are.
 *
 * In: the client and the edit as the server sent it. Out: the edit for `workspace.applyEdit`.
 */
export async function toPreviewedEdit(client: LanguageClient, edit: ProtocolEdit): Promise<vscode.WorkspaceEdit> {
    const file = (await client.protocol2CodeConverter.asWorkspaceEdit(edit))
        .entries()
        .map(([uri]) => uri)
        .find((uri) => uri.scheme === 'file');
    if (!file) return client.protocol2CodeConverter.asWorkspaceEdit(edit);

    const annotations = Object.entries(edit.changeAnnotations ?? {}).map(
        ([id, annotation]) => [id, { ...annotation, needsConfirmation: false }] as const,
    );
    const previewed = await client.protocol2CodeConverter.asWorkspaceEdit({
        ...edit,
        changeAnnotations: Object.fromEntries(annotations),
    });
    previewed.createFile(file, { ignoreIfExists: true }, { label: 'Insert', needsConfirmation: true });
    return previewed;
}
