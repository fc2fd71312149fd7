import type { LangiumDocument } from 'langium';
import type { DefinitionProvider } from 'langium/lsp';
import type { CancellationToken, DefinitionParams, LocationLink } from 'vscode-languageserver';
import type { Location, Range } from '../model/text.ts';
import { supplyOf } from './auth-member-uses.ts';
import type { AuthMemberUses, MemberAt } from './auth-member-uses.ts';
import { toRange } from './convert.ts';
import type { UriOf } from './convert.ts';
import type { RulePlaces } from './rule-hover.ts';

/**
 * Go to definition: of a member of `auth()` the declaration, which is the language's own, and where calls supply
 * it; of a role, its definition in the Better Auth configuration.
 */
export class AuthDefinitionProvider implements DefinitionProvider {
    readonly #members: AuthMemberUses;
    readonly #rules: RulePlaces;
    readonly #uriOf: UriOf;
    readonly #base: DefinitionProvider | undefined;

    constructor(members: AuthMemberUses, rules: RulePlaces, uriOf: UriOf, base: DefinitionProvider | undefined) {
        this.#members = members;
        this.#rules = rules;
        this.#uriOf = uriOf;
        this.#base = base;
    }

    async getDefinition(
        document: LangiumDocument,
        params: DefinitionParams,
        token?: CancellationToken,
    ): Promise<LocationLink[] | undefined> {
        const base = await this.#base?.getDefinition(document, params, token);
        const { textDocument, uri } = document;
        const offset = textDocument.offsetAt(params.position);
        const member = this.#members.at(uri.toString(), uri.fsPath, offset);
        const role = member ? undefined : this.#rules.roleDefinitions(document, offset);
        const span = member?.span ?? role?.span;
        if (!span) return base;
        const places = member ? placesOf(member) : (role?.places ?? []);
        const own = linksTo(places, toRange(textDocument.getText(), span), this.#uriOf);
        return base || own.length > 0 ? [...(base ?? []), ...own] : undefined;
    }
}

/** The places where calls supply a member. */
function placesOf({ name, contexts }: MemberAt): Location[] {
    return (contexts ?? [])
        .map((shape) => supplyOf(shape, name))
        .filter(({ state }) => state === 'supplied')
        .map(({ location }) => location);
}

/** Links to places, each once. */
function linksTo(places: readonly Location[], originSelectionRange: Range, uriOf: UriOf): LocationLink[] {
    const links = new Map<string, LocationLink>();
    for (const { file, range } of places) {
        const targetUri = uriOf(file);
        links.set(`${targetUri}:${range.start.line}:${range.start.character}`, {
            originSelectionRange,
            targetUri,
            targetRange: range,
            targetSelectionRange: range,
        });
    }
    return [...links.values()];
}
