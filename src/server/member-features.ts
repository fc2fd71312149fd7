import type { ZModelServices } from '@zenstackhq/language';
import { DocumentState } from 'langium';
import { addCodeLensHandler, addGotoDefinitionHandler, addHoverHandler } from 'langium/lsp';
import type {
    CodeLensProvider,
    DefinitionProvider,
    HoverProvider,
    LangiumSharedServices,
    RenameProvider,
} from 'langium/lsp';
import type { Connection } from 'vscode-languageserver';
import type { Finding } from '../model/finding.ts';
import { readUpstream } from '../zmodel/upstream.ts';
import type { Application } from './application.ts';
import type { AuthCodeLensProvider } from './auth-code-lens.ts';
import { AuthDefinitionProvider } from './auth-definition.ts';
import { AuthHoverProvider } from './auth-hover.ts';
import { AuthMemberUses } from './auth-member-uses.ts';
import { AuthMemberRename } from './auth-rename.ts';
import type { Features } from './features.ts';
import { SchemaRenameProvider } from './rename.ts';
import { RulePlaces } from './rule-hover.ts';
import type { Schemas } from './schemas.ts';

interface Parts {
    schemas: () => Schemas;
    application: Application;
    features: Features;
    findings: (entry: string) => readonly Finding[] | undefined;
    lenses: () => AuthCodeLensProvider;
}

/** What is told about members of `auth()` in the editor; beside the language's own answers where those are on. */
export function memberFeatures({ schemas, application, features, findings, lenses }: Parts): {
    HoverProvider(services: ZModelServices): HoverProvider;
    DefinitionProvider(services: ZModelServices): DefinitionProvider;
    CodeLensProvider(): CodeLensProvider;
    RenameProvider?(services: ZModelServices): RenameProvider;
} {
    const upstream = readUpstream();
    const members = (): AuthMemberUses => new AuthMemberUses(schemas(), application);
    const rules = (): RulePlaces =>
        new RulePlaces({ schemas: schemas(), application, members: members(), features, findings });
    return {
        HoverProvider: (services) =>
            new AuthHoverProvider(
                members(),
                rules(),
                features,
                features.base ? new upstream.HoverProvider(services) : undefined,
            ),
        DefinitionProvider: (services) =>
            new AuthDefinitionProvider(
                members(),
                rules(),
                schemas().uriOf,
                features.base ? new upstream.DefinitionProvider(services) : undefined,
            ),
        // Beside the official extension, which renames in all of a schema, ours would never be asked.
        ...(features.base && {
            RenameProvider: (services: ZModelServices) =>
                new SchemaRenameProvider(
                    services,
                    members(),
                    new AuthMemberRename(schemas(), application, features.canConfirm),
                ),
        }),
        CodeLensProvider: () => lenses(),
    };
}

/** Answers the requests for them. Ours need the parsed text only; the language's own need links. */
export function addMemberHandlers(
    connection: Connection,
    shared: LangiumSharedServices,
    features: Features,
    lenses: () => AuthCodeLensProvider,
): void {
    const state = features.base ? DocumentState.Linked : DocumentState.Parsed;
    addHoverHandler(connection, shared, state);
    addGotoDefinitionHandler(connection, shared, state);
    addCodeLensHandler(connection, shared, DocumentState.Parsed);
    connection.onCodeLensResolve((lens) => lenses().resolve(lens));
}
