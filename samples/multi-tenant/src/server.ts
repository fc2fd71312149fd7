import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ORMError } from '@zenstackhq/orm';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { auth } from './auth.ts';
import { getUserContext } from './context.ts';
import { dbFor } from './db.ts';
import { HttpError, handleTodos } from './todos.ts';

const handleAuth = toNodeHandler(auth);

/** The application: Better Auth below `/api/auth/`, everything else as JSON. The caller makes it listen. */
export function createApp(): Server {
    return createServer((request, response) => {
        const handled = request.url?.startsWith('/api/auth/')
            ? handleAuth(request, response)
            : handleJson(request, response);
        handled.catch((error: unknown) => {
            console.error(error);
            response.destroy();
        });
    });
}

async function handleJson(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
        const context = await getUserContext(fromNodeHeaders(request.headers));
        const body = await handleTodos({
            method: request.method ?? 'GET',
            path: new URL(request.url ?? '/', 'http://localhost').pathname,
            body: await readJson(request),
            context,
            db: dbFor(context),
        });
        send(response, 200, body);
    } catch (error) {
        const known = toHttpError(error);
        if (known.status === 500) {
            console.error(error);
        }
        send(response, known.status, { error: known.message });
    }
}

/** What the rules or the input checks of the ORM refuse is the caller's fault; anything else is ours. */
function toHttpError(error: unknown): HttpError {
    if (error instanceof HttpError) {
        return error;
    }
    switch (error instanceof ORMError ? error.reason : undefined) {
        case 'not-found':
            return new HttpError(404, 'Not found');
        case 'rejected-by-policy':
            return new HttpError(403, 'Not allowed');
        case 'invalid-input':
            return new HttpError(400, 'Invalid input');
        default:
            return new HttpError(500, 'Internal error');
    }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(Buffer.from(chunk));
    }
    if (chunks.length === 0) {
        return undefined;
    }
    try {
        return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch {
        throw new HttpError(400, 'The body is not JSON');
    }
}

function send(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
