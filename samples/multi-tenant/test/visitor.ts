/** Somebody with a browser: keeps cookies and sends them back. */
export interface Visitor {
    /** Sends a request, with `body` as JSON, and gives the status and the parsed answer (null when it is empty). */
    send(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
    /** The same for a request that has to succeed (200); `T` is the shape of its answer. Throws with the answer when it doesn't. */
    ok<T>(method: string, path: string, body?: object): Promise<T>;
}

/**
 * A visitor of the site at `origin` (`http://127.0.0.1:3000`) without cookies yet.
 * `serve` answers the requests: `fetch`, or a handler that makes the network unnecessary.
 */
export function createVisitor(origin: string, serve: (request: Request) => Promise<Response>): Visitor {
    const cookies = new Map<string, string>();

    const send: Visitor['send'] = async (method, path, body) => {
        const headers = new Headers({ origin, cookie: [...cookies].map((pair) => pair.join('=')).join('; ') });
        if (body) {
            headers.set('content-type', 'application/json');
        }
        const response = await serve(
            new Request(origin + path, { method, headers, body: body ? JSON.stringify(body) : null }),
        );
        for (const cookie of response.headers.getSetCookie()) {
            const [pair = ''] = cookie.split(';');
            const separator = pair.indexOf('=');
            cookies.set(pair.slice(0, separator), pair.slice(separator + 1));
        }
        const text = await response.text();
        return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
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
