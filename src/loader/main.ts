import process from 'node:process';
import { packageFolder, readEnvironment } from './environment.ts';
import { loadTables } from './load.ts';
import type { LoadRequest, LoadResponse } from '../worker/load-protocol.ts';

async function answer(request: LoadRequest): Promise<LoadResponse> {
    try {
        Object.assign(process.env, readEnvironment(request.root, request.file));
        process.env['NODE_ENV'] ??= 'development';
        process.chdir(packageFolder(request.root, request.file));
        return await loadTables(request);
    } catch (error) {
        const { message, stack } = error instanceof Error ? error : new Error(String(error));
        return { ok: false, message, ...(stack !== undefined && { stack }) };
    }
}

process.once('message', (request: LoadRequest) => {
    void answer(request).then((response) => {
        // Connections that the configuration opened would keep the process alive.
        process.send?.(response, () => process.exit());
    });
});
process.once('disconnect', () => process.exit());
