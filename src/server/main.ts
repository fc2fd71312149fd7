import { createConnection, ProposedFeatures } from 'vscode-languageserver/node.js';
import { AnalysisWorker, workerModulePath } from '../worker/client.ts';
import { redirectConsole } from './console.ts';
import { startServer } from './start.ts';

const connection = createConnection(ProposedFeatures.all);
const log = (message: string): void => {
    connection.console.info(message);
};
redirectConsole(log);
startServer(connection, { facts: new AnalysisWorker({ modulePath: workerModulePath(), log }), log });
