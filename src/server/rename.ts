import { AstUtils, CstUtils } from 'langium';
import type { LangiumDocument } from 'langium';
import { DefaultRenameProvider } from 'langium/lsp';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Position, Range, RenameParams, TextDocumentPositionParams, WorkspaceEdit } from 'vscode-languageserver';
import { isLibrary } from '../zmodel/schema-sets.ts';

/** Langium's rename, which would also rename ZenStack's own declarations, in `node_modules`, and to anything. */
export class SchemaRenameProvider extends DefaultRenameProvider {
    override prepareRename(document: LangiumDocument, params: TextDocumentPositionParams): Range | undefined {
        return this.#isOfLibrary(document, params.position)
            ? undefined
            : this.renameNodeRange(document, params.position);
    }

    /** Throws a `ResponseError` with a message for the user when the name can't be changed. */
    override async rename(document: LangiumDocument, params: RenameParams): Promise<WorkspaceEdit | undefined> {
        if (!/^[_a-zA-Z]\w*$/.test(params.newName))
            throw refusal(
                `"${params.newName}" is no ZModel name: letters, digits and _ only, not beginning with a digit.`,
            );
        if (this.#isOfLibrary(document, params.position))
            throw refusal('This name is declared by ZenStack or one of its plugins and can’t be changed.');
        return super.rename(document, params);
    }

    #isOfLibrary(document: LangiumDocument, position: Position): boolean {
        const root = document.parseResult.value.$cstNode;
        const offset = document.textDocument.offsetAt(position);
        const leaf = root && CstUtils.findDeclarationNodeAtOffset(root, offset, this.grammarConfig.nameRegexp);
        const targets = leaf ? this.references.findDeclarations(leaf) : [];
        return targets.some((target) => isLibrary(AstUtils.getDocument(target)));
    }
}

function refusal(message: string): ResponseError {
    return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
