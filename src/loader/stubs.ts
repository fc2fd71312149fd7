import process from 'node:process';

/**
 * Modules that only frameworks supply. They stand in for what a configuration imports on its way to the
 * options; whatever would need a request finds nothing.
 */
export function stubModules(): Record<string, unknown> {
    const env = { ...process.env };
    return {
        'server-only': {},
        'client-only': {},
        'next/headers': { headers: () => Promise.resolve(new Headers()), cookies: () => Promise.resolve(noCookies) },
        'next/server': {
            NextResponse: class extends Response {},
            NextRequest: class extends Request {},
            after: nothing,
        },
        '$app/environment': { browser: false, building: false, dev: true, version: '' },
        '$app/server': { getRequestEvent: nothing },
        '$env/static/private': env,
        '$env/static/public': env,
        '$env/dynamic/private': { env },
        '$env/dynamic/public': { env },
        'cloudflare:workers': { env, waitUntil: nothing, WorkerEntrypoint: Object, DurableObject: Object },
    };
}

const noCookies = { get: nothing, getAll: () => [], has: () => false, set: nothing, delete: nothing };

function nothing(): undefined {
    return undefined;
}
