import assert from 'node:assert/strict';
import { DB_TS, GOOD } from './sources.ts';
import { TestServer } from './support.ts';

const SCHEMA = 'schema.zmodel';
const AUTH_TS = `import { betterAuth } from 'better-auth';
import { zenstackAdapter } from '@zenstackhq/better-auth';
declare const db: never;
export const auth = betterAuth({ database: zenstackAdapter(db, { provider: 'sqlite' }) });
`;

describe('globs in the settings', () => {
    let server: TestServer | undefined;
    afterEach(async () => {
        await server?.stop();
        server = undefined;
    });

    it('schema: leaves out the schemas that it does not name', async () => {
        server = await TestServer.start(
            { [SCHEMA]: GOOD.replace('organizationId   String?', 'organizationId   String'), 'src/db.ts': DB_TS },
            { settings: { schema: ['other/**'] } },
        );
        await server.open(SCHEMA);
        await server.client.sendNotification('zmodelAuth/settings', { settings: { schema: [SCHEMA] } });
        await server.diagnostic(SCHEMA, 'context-member-nullable');
        await server.client.sendNotification('zmodelAuth/settings', { settings: { schema: ['other/**'] } });
        await server.gone(SCHEMA, 'context-member-nullable');
    });

    it('authConfig: leaves out the configurations that it does not name', async () => {
        server = await TestServer.start({ [SCHEMA]: GOOD, 'src/auth.ts': AUTH_TS, 'codegen/auth.ts': AUTH_TS });
        await server.open(SCHEMA);
        await server.settled(SCHEMA);
        const { client } = server;
        const uri = server.uri(SCHEMA);
        const ask = (): Promise<{ kind: string; config?: { label: string } }> =>
            client.sendRequest('zmodelAuth/insertAuthModels', { uri });
        assert.equal((await ask()).kind, 'choose-config');
        await server.client.sendNotification('zmodelAuth/settings', { settings: { authConfig: ['src/**'] } });
        const diagnostic = await server.diagnostic(SCHEMA, 'better-auth-drift');
        assert.match(diagnostic.message, /User/);
        const answer = await ask();
        assert.equal(answer.kind, 'plan');
        assert.equal(answer.config?.label, 'src/auth.ts:4');
    });
});
