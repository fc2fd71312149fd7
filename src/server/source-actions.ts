import { createRequestHandler } from 'langium/lsp';
import type { LangiumSharedServices } from 'langium/lsp';
import { DocumentState, URI } from 'langium';
import { CodeActionKind, CodeActionRequest } from 'vscode-languageserver';
import type { ClientCapabilities, CodeActionParams, Connection } from 'vscode-languageserver';
import type { AuthCodeActionProvider } from './code-actions.ts';

const LANGUAGES = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'vue', 'svelte'];

/**
 * Answers requests for code actions, in schemas and for our findings in the application's sources, which
 * are no documents of the language server.
 */
export function addCodeActions(
    connection: Connection,
    shared: LangiumSharedServices,
    provider: () => AuthCodeActionProvider,
): void {
    const inSchema = createRequestHandler(
        (_services, document, params: CodeActionParams) => provider().getCodeActions(document, params),
        shared,
        DocumentState.Parsed,
    );
    connection.onCodeAction((params, token) =>
        shared.ServiceRegistry.hasServices(URI.parse(params.textDocument.uri))
            ? inSchema(params, token)
            : provider().inSource(params),
    );
    connection.onCodeActionResolve((action) => provider().resolve(action));
}

/** Asks the client for code action requests in source files too; to be called when it is initialized. */
export function registerSourceActions(
    connection: Connection,
    capabilities: ClientCapabilities,
    log: (message: string) => void,
): void {
    if (capabilities.textDocument?.codeAction?.dynamicRegistration !== true) return;
    connection.client
        .register(CodeActionRequest.type, {
            documentSelector: LANGUAGES.flatMap((language) =>
                ['file', 'untitled'].map((scheme) => ({ language, scheme })),
            ),
            codeActionKinds: [CodeActionKind.QuickFix],
        })
        .catch((error: unknown) => {
            log(
                `Quick fixes in source files are not available: ${error instanceof Error ? error.message : String(error)}`,
            );
        });
}
