import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { WorkspaceEdit as ProtocolEdit } from 'vscode-languageserver-protocol';

/**
 * Converts an edit so that VS Code's refactor preview shows it with every change checked.
 *
 * An edit whose annotation needs confirmation opens the preview, but starts unchecked there, so that
 * *Apply* alone would do nothing. Therefore the annotations are taken as descriptions only, and what
 * needs confirmation is the creation of a file that exists: it opens the preview, is not listed in it,
 * and does nothing.
 *
 * In: the client, the edit as the server sent it, the path of a file that exists. Out: the edit for `workspace.applyEdit`.
 */
export async function toPreviewedEdit(
    client: LanguageClient,
    edit: ProtocolEdit,
    existing: string,
): Promise<vscode.WorkspaceEdit> {
    const annotations = Object.entries(edit.changeAnnotations ?? {}).map(
        ([id, annotation]) => [id, { ...annotation, needsConfirmation: false }] as const,
    );
    const previewed = await client.protocol2CodeConverter.asWorkspaceEdit({
        ...edit,
        changeAnnotations: Object.fromEntries(annotations),
    });
    previewed.createFile(
        vscode.Uri.file(existing),
        { ignoreIfExists: true },
        { label: 'Insert', needsConfirmation: true },
    );
    return previewed;
}
