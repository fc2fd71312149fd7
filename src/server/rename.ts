import type { ZModelServices } from '@zenstackhq/language';
import { AstUtils, CstUtils } from 'langium';
import type { LangiumDocument } from 'langium';
import { DefaultRenameProvider } from 'langium/lsp';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Position, Range, RenameParams, TextDocumentPositionParams, WorkspaceEdit } from 'vscode-languageserver';
import { isLibrary } from '../zmodel/schema-sets.ts';
import type { AuthMemberUses, MemberAt } from './auth-member-uses.ts';
import type { AuthMemberRename } from './auth-rename.ts';
import { toRange } from './convert.ts';

/**
 * Langium's rename, which would also rename ZenStack's own declarations, in `node_modules`, and to anything. A
 * member of `auth()` is renamed in all rules, also of files that don't parse.
 */
export class SchemaRenameProvider extends DefaultRenameProvider {
    readonly #members: AuthMemberUses;
    readonly #authRename: AuthMemberRename;

    constructor(services: ZModelServices, members: AuthMemberUses, authRename: AuthMemberRename) {
        super(services);
        this.#members = members;
        this.#authRename = authRename;
    }

    override prepareRename(document: LangiumDocument, params: TextDocumentPositionParams): Range | undefined {
        const member = this.#memberAt(document, params.position);
        if (member) return toRange(document.textDocument.getText(), member.span);
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
        const member = this.#memberAt(document, params.position);
        if (member?.view.auth?.declaration.fields.some(({ name }) => name === params.newName && name !== member.name))
            throw refusal(`${member.view.auth.declaration.name} has a member "${params.newName}" already.`);
        const edit = await super.rename(document, params);
        return member ? this.#authRename.extend(member, params.newName, edit) : edit;
    }

    /** A declared member of `auth()`; what isn't declared has no name to be renamed. */
    #memberAt({ uri, textDocument }: LangiumDocument, position: Position): MemberAt | undefined {
        const member = this.#members.at(uri.toString(), uri.fsPath, textDocument.offsetAt(position));
        return member?.field && member;
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
