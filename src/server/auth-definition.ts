import type { LangiumDocument } from 'langium';
import type { DefinitionProvider } from 'langium/lsp';
import type { CancellationToken, DefinitionParams, LocationLink } from 'vscode-languageserver';
import { supplyOf } from './auth-member-uses.ts';
import type { AuthMemberUses, MemberAt } from './auth-member-uses.ts';
import { toRange, toUri } from './convert.ts';

/** Go to definition: of a member of `auth()` the declaration, which is the language's own, and where calls supply it. */
export class AuthDefinitionProvider implements DefinitionProvider {
    readonly #members: AuthMemberUses;
    readonly #base: DefinitionProvider | undefined;

    constructor(members: AuthMemberUses, base: DefinitionProvider | undefined) {
        this.#members = members;
        this.#base = base;
    }

    async getDefinition(
        document: LangiumDocument,
        params: DefinitionParams,
        token?: CancellationToken,
    ): Promise<LocationLink[] | undefined> {
        const base = await this.#base?.getDefinition(document, params, token);
        const { textDocument, uri } = document;
        const member = this.#members.at(uri.toString(), uri.fsPath, textDocument.offsetAt(params.position));
        if (!member) return base;
        const own = linksTo(member, toRange(textDocument.getText(), member.span));
        return base || own.length > 0 ? [...(base ?? []), ...own] : undefined;
    }
}

/** The places where calls supply a member, each once. */
function linksTo(
    { name, contexts }: MemberAt,
    originSelectionRange: LocationLink['originSelectionRange'],
): LocationLink[] {
    const links = new Map<string, LocationLink>();
    for (const shape of contexts ?? []) {
        const { state, location } = supplyOf(shape, name);
        if (state !== 'supplied') continue;
        const { range } = location;
        const targetUri = toUri(location.file);
        links.set(`${targetUri}:${range.start.line}:${range.start.character}`, {
            ...(originSelectionRange && { originSelectionRange }),
            targetUri,
            targetRange: range,
            targetSelectionRange: range,
        });
    }
    return [...links.values()];
}
