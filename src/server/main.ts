import path from 'node:path';
import process from 'node:process';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node.js';
import { codeFolderIn } from '../shared/protocol.ts';
import { AnalysisWorker, workerModulePath } from '../worker/client.ts';
import { redirectConsole } from './console.ts';
import { startServer } from './start.ts';

const connection = createConnection(ProposedFeatures.all);

/** Writes a line to the client's log. */
export const log = (message: string): void => {
    connection.console.info(message);
};
redirectConsole(log);

const folder = codeFolderIn(process.argv);

/** The server, for `launch.ts`. */
export const server = startServer(connection, {
    facts: new AnalysisWorker({
        modulePath: workerModulePath(),
        log,
        ...(folder !== undefined && { codeDir: path.join(folder, 'code') }),
    }),
    log,
});
