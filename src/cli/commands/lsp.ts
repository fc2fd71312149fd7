import { createConnection, ProposedFeatures } from 'vscode-languageserver/node.js';
import { startServer } from '../../server/start.ts';
import { AnalysisWorker, workerModulePath } from '../../worker/client.ts';
import { codeFolder } from '../code-folder.ts';
import { EXIT } from '../terminal.ts';
import type { ExitCode } from '../terminal.ts';

/**
 * Serves the language over standard input and output, for any editor. Returns at once; the open input
 * keeps the process, and the protocol library ends it when the client says so or is gone.
 */
export function lsp(): ExitCode {
    const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
    const log = (message: string): void => {
        connection.console.info(message);
    };
    const facts = new AnalysisWorker({ modulePath: workerModulePath(), log, codeDir: codeFolder() });
    startServer(connection, { facts, log });
    return EXIT.ok;
}
