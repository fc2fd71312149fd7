import { once } from 'node:events';
import { db } from '../src/db.ts';
import { createApp } from '../src/server.ts';
import { createVisitor } from './visitor.ts';
import type { Visitor } from './visitor.ts';

/** Starts the application on an empty database and a free port. */
export async function startApp(): Promise<{ visit(): Visitor; stop(): Promise<void> }> {
    await db.$pushSchema();
    const server = createApp().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
        throw new Error('The server listens on no port.');
    }
    return {
        visit: () => createVisitor(`http://127.0.0.1:${address.port}`, fetch),
        stop: async () => {
            server.close();
            server.closeAllConnections();
            await once(server, 'close');
            await db.$disconnect();
        },
    };
}
