import * as vscode from 'vscode';
import {
    CloseAction,
    ErrorAction,
    LanguageClient,
    RevealOutputChannelOn,
    State,
    TransportKind,
    type ErrorHandler,
    type LanguageClientOptions,
    type NodeModule,
} from 'vscode-languageclient/node';
import { CODE_ARGUMENT, type InitializationOptions } from '../shared/protocol.ts';
import { isZModelLanguage, LANGUAGE_IDS } from './languages.ts';
import type { UnsavedSources } from './unsaved-sources.ts';

/** How many write errors in a row are borne before the connection is given up. */
const MAX_WRITE_ERRORS = 3;

/** Logs what the library would show in toasts: failures of the server are announced once, by `Server`. */
class QuietLanguageClient extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false);
    }
}

export interface ClientOptions {
    /** Absolute path of `dist/server.cjs`. */
    module: string;
    log: vscode.LogOutputChannel;
    initializationOptions: InitializationOptions & { cacheDir: string };
    /** What the server knows of documents that aren't its own. */
    sources: Pick<UnsavedSources, 'flush' | 'isKnown'>;
}

/** Out: a client for a server process of its own, not started yet. A client is used for one start only. */
export function createClient(options: ClientOptions): LanguageClient {
    const plain: NodeModule = { module: options.module, transport: TransportKind.ipc };
    const run: NodeModule = { ...plain, args: [CODE_ARGUMENT + options.initializationOptions.cacheDir] };
    const debug: NodeModule = { ...plain, options: { execArgv: ['--nolazy', '--inspect=6009'] } };
    const errorHandler: ErrorHandler = {
        error: (_error, _message, count) => ({
            action: (count ?? 0) <= MAX_WRITE_ERRORS ? ErrorAction.Continue : ErrorAction.Shutdown,
            handled: true,
        }),
        // `Server` starts another client instead, with a limit: one that failed to start can't be started again.
        closed: () => ({
            action: CloseAction.DoNotRestart,
            message: 'The connection to the language server was lost',
            handled: true,
        }),
    };
    const clientOptions: LanguageClientOptions = {
        documentSelector: LANGUAGE_IDS.flatMap((language) =>
            ['file', 'untitled'].map((scheme) => ({ language, scheme })),
        ),
        diagnosticCollectionName: 'zmodel-auth',
        outputChannel: options.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: options.initializationOptions,
        initializationFailedHandler: () => false,
        middleware: {
            // An edit of a source file fits the text that the server knew when it made it.
            provideCodeActions: async (document, range, context, token, next) => {
                options.sources.flush();
                const actions = await next(document, range, context, token);
                return actions?.filter(
                    (action) => !('edit' in action) || !touchesUnknownSource(action.edit, options.sources),
                );
            },
        },
        errorHandler,
    };
    return new QuietLanguageClient('zmodelAuth', 'ZModel Auth', { run, debug }, clientOptions);
}

function touchesUnknownSource(edit: vscode.WorkspaceEdit | undefined, sources: ClientOptions['sources']): boolean {
    const unknown = vscode.workspace.textDocuments.filter(
        (document) => document.isDirty && !isZModelLanguage(document.languageId) && !sources.isKnown(document),
    );
    return unknown.some((document) => edit?.has(document.uri));
}

/** Ends a client in whatever state it is. In: the client. Out: resolves when its server is gone or was told to go. */
export async function stopClient(client: LanguageClient, log: vscode.LogOutputChannel): Promise<void> {
    // The library refuses to stop a client that is starting.
    if (client.state === State.Starting) {
        await client.start().catch((error: unknown) => {
            log.debug('The server to be stopped did not start', error);
        });
    }
    if (client.state !== State.Running) return;
    await client.stop().catch((error: unknown) => {
        log.warn('The server did not stop in time', error);
    });
}
