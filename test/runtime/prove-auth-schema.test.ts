import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { compileText, repository } from './generate.ts';
import { proveAuthSchema } from './prove-auth-schema.ts';

const sampleSchema = path.join(repository, 'samples/multi-tenant/zenstack/schema.zmodel');

describe('proving that Better Auth works on a schema', function () {
    this.timeout(60_000);

    let schema: string;

    before(async () => {
        schema = await readFile(sampleSchema, 'utf8');
    });

    /** The sample's schema without the lines that hold one of the texts. */
    const without = (...texts: string[]): string => {
        const lines = schema.split('\n');
        const kept = lines.filter((line) => !texts.some((text) => line.includes(text)));
        assert.equal(lines.length - kept.length, texts.length, `each of ${texts.join(', ')} is on one line`);
        return kept.join('\n');
    };

    it("takes every step on the sample's schema, compiled by zen generate", async () => {
        assert.deepEqual(await proveAuthSchema(schema, { generate: 'zen' }), [
            'push the schema',
            'sign up',
            'sign in',
            'get session',
            'create organization',
            'set active organization',
            'invite member',
            'accept invitation',
            'list members',
            'impersonate',
            'ban',
            'unban',
            'read every column',
            'write every column',
            'empty every optional column',
            'delete the rows',
            'delete member',
            'delete organization',
            'delete owner',
        ]);
    });

    it('goes on with what the caller adds, in the same world', async () => {
        let found: unknown;
        const steps = await proveAuthSchema(schema, {
            also: async ({ ann, organizationId = '' }) => {
                const query = new URLSearchParams({ organizationId });
                found = await ann.ok('GET', `/api/auth/organization/get-full-organization?${query.toString()}`);
            },
        });
        assert.ok(steps.includes('more'));
        assert.ok(typeof found === 'object' && found !== null && 'slug' in found && found.slug === 'acme');
    });

    for (const { lacking, step, lines } of [
        { lacking: 'emailVerified', step: 'sign up', lines: [] },
        { lacking: 'activeOrganizationId', step: 'create organization', lines: [] },
        { lacking: 'inviterId', step: 'invite member', lines: [' inviter ', 'invitations   Invitation[]'] },
        { lacking: 'impersonatedBy', step: 'impersonate', lines: [] },
        { lacking: 'banReason', step: 'ban', lines: [] },
        { lacking: 'refreshToken', step: 'read every column', lines: [] },
    ]) {
        it(`fails at "${step}" without ${lacking}, and says so`, async () => {
            const text = without(`    ${lacking} `, ...lines);
            await assert.rejects(proveAuthSchema(text), (error: Error) => {
                assert.ok(error.message.startsWith(`Step "${step}" failed: `), error.message);
                assert.ok(error.message.includes(lacking), error.message);
                return true;
            });
        });
    }

    it('fails at "delete member" when memberships keep users from being deleted', async () => {
        const [before = '', after = ''] = schema.split('model Member {');
        const text = `${before}model Member {${after.replace('onDelete: Cascade', 'onDelete: Restrict').replace('onDelete: Cascade', 'onDelete: Restrict')}`;
        assert.notEqual(text, schema);
        await assert.rejects(proveAuthSchema(text), /^Error: Step "delete member" failed: the user is deleted/);
    });

    it('fails with ZenStack’s message on a schema that zen generate refuses', async () => {
        const broken = schema.replace('slug        String', 'slug        Strnig');
        await assert.rejects(compileText(broken, 'zen'), /Strnig/);
        await assert.rejects(proveAuthSchema(broken), /Strnig/);
    });
});
