import assert from 'node:assert/strict';
import { sessionOf } from '../world.ts';
import type { Step, World } from '../world.ts';

/** A token for other services, and the keys to check it with. */
export async function takeJwtJourney(step: Step, { ann, annId }: World): Promise<void> {
    await step('get token', async () => {
        const { token } = await ann.ok<{ token: string }>('GET', '/api/auth/token');
        const [head = '', body = ''] = token.split('.').slice(0, 2).map(decode);
        assert.equal((JSON.parse(body) as { sub: string }).sub, annId);
        const { keys } = await ann.ok<{ keys: { kid: string }[] }>('GET', '/api/auth/jwks');
        assert.deepEqual(
            keys.map(({ kid }) => kid),
            [(JSON.parse(head) as { kid: string }).kid],
        );
    });
}

function decode(part: string): string {
    return Buffer.from(part, 'base64url').toString();
}

/** A device without keyboard gets a code, Ann approves it, and the device is signed in as her. */
export async function takeDeviceJourney(step: Step, { ann, annId, visit }: World): Promise<void> {
    await step('authorize device', async () => {
        const client_id = 'television';
        const device = visit();
        const { device_code, user_code } = await device.ok<{ device_code: string; user_code: string }>(
            'POST',
            '/api/auth/device/code',
            { client_id, scope: 'read' },
        );
        await ann.ok('GET', `/api/auth/device?${new URLSearchParams({ user_code }).toString()}`);
        await ann.ok('POST', '/api/auth/device/approve', { userCode: user_code });
        const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
        const { access_token } = await device.ok<{ access_token: string }>('POST', '/api/auth/device/token', {
            grant_type,
            device_code,
            client_id,
        });
        const sessions = await ann.ok<{ token: string; userId: string }[]>('GET', '/api/auth/list-sessions');
        assert.equal(sessions.find(({ token }) => token === access_token)?.userId, annId);
    });
}

/** A key that a program sends instead of a session. */
export async function takeApiKeyJourney(step: Step, { auth, ann, annId }: World): Promise<void> {
    await step('use api key', async () => {
        const made = await ann.ok<{ key: string }>('POST', '/api/auth/api-key/create', { name: 'Reports' });
        const verify: unknown = Reflect.get(auth.api, 'verifyApiKey');
        assert.ok(isOperation(verify));
        const right = await verify({ body: { key: made.key } });
        assert.deepEqual([right.valid, right.key?.referenceId, right.key?.name], [true, annId, 'Reports']);
        const wrong = await verify({ body: { key: 'another' } });
        assert.equal(wrong.valid, false);
        const { apiKeys } = await ann.ok<{ apiKeys: unknown[] }>('GET', '/api/auth/api-key/list');
        assert.equal(apiKeys.length, 1);
    });
}

type VerifyApiKey = (input: {
    body: { key: string };
}) => Promise<{ valid: boolean; key: { referenceId: string; name: string } | null }>;

function isOperation(value: unknown): value is VerifyApiKey {
    return typeof value === 'function';
}

/** What a passkey needs before there is a device: its registration, and that its table can be read. */
export async function takePasskeyJourney(step: Step, { ann }: World): Promise<void> {
    await step('begin passkey', async () => {
        const { user } = await sessionOf(ann);
        const options = await ann.ok<{ user: { name: string } }>('GET', '/api/auth/passkey/generate-register-options');
        assert.equal(options.user.name, user.email);
        assert.deepEqual(await ann.ok('GET', '/api/auth/passkey/list-user-passkeys'), []);
    });
}

/** Ann registers an application that signs its users in here. */
export async function takeOAuthJourney(step: Step, { ann }: World): Promise<void> {
    await step('register oauth client', async () => {
        const redirect_uris = ['https://app.example.com/callback', 'https://app.example.com/other'];
        const body = { client_name: 'App', redirect_uris, contacts: ['ops@example.com'], scope: 'openid profile' };
        const made = await ann.send('POST', '/api/auth/oauth2/create-client', body);
        assert.equal(made.status, 201);
        const { client_id } = made.body as { client_id: string };
        const query = new URLSearchParams({ client_id }).toString();
        const found = await ann.ok<typeof body>('GET', `/api/auth/oauth2/get-client?${query}`);
        assert.deepEqual([found.client_name, found.redirect_uris, found.scope], ['App', redirect_uris, body.scope]);
    });
}

/** Nobody has registered an identity provider yet, which is read from its table. */
export async function takeSsoJourney(step: Step, { ann }: World): Promise<void> {
    await step('list identity providers', async () => {
        const { providers } = await ann.ok<{ providers: unknown[] }>('GET', '/api/auth/sso/providers');
        assert.deepEqual(providers, []);
    });
}
