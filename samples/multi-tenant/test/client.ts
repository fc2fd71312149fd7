import { once } from 'node:events';
import { db } from '../src/db.ts';
import { createApp } from '../src/server.ts';

/** Somebody with a browser: keeps cookies and sends them back. */
export interface Visitor {
    /** Sends a request and gives the status and the parsed body. */
    send(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
    /** The same for a request that has to succeed; `T` is the shape of its answer. */
    ok<T>(method: string, path: string, body?: object): Promise<T>;
}

/** Starts the application on an empty database and a free port. */
export async function startApp(): Promise<{ visit(): Visitor; stop(): Promise<void> }> {
    await db.$pushSchema();
    const server = createApp().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
        throw new Error('The server listens on no port.');
    }
    const origin = `http://127.0.0.1:${address.port}`;
    return {
        visit: () => createVisitor(origin),
        stop: async () => {
            server.closeAllConnections();
            server.close();
            await once(server, 'close');
            await db.$disconnect();
        },
    };
}

function createVisitor(origin: string): Visitor {
    const cookies = new Map<string, string>();

    const send: Visitor['send'] = async (method, path, body) => {
        const response = await fetch(origin + path, {
            method,
            headers: {
                origin,
                cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
                ...(body ? { 'content-type': 'application/json' } : {}),
            },
            body: body ? JSON.stringify(body) : null,
        });
        for (const cookie of response.headers.getSetCookie()) {
            const [pair = ''] = cookie.split(';');
            const separator = pair.indexOf('=');
            cookies.set(pair.slice(0, separator), pair.slice(separator + 1));
        }
        const text = await response.text();
        return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    };

    return {
        send,
        ok: async <T>(method: string, path: string, body?: object) => {
            const answer = await send(method, path, body);
            if (answer.status !== 200) {
                throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
            }
            return answer.body as T;
        },
    };
}
