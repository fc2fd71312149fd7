import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createPolicyClient, SQLITE_PRELUDE } from '../../support/orm.ts';

/** The schemas of a code's page: its example and its cure. */
function schemasOf(code: string): { example: string; cure: string } {
    const page = readFileSync(path.resolve(import.meta.dirname, `../../../docs/codes/${code}.md`), 'utf8');
    const [example = '', cure = ''] = page
        .split('```zmodel\n')
        .slice(1)
        .map((text) => text.slice(0, text.indexOf('```')));
    return { example, cure };
}

const USER = { id: 'u1', name: 'Ada' };

/** Ids of the notes of u1, u2 and nobody that a request with this auth may read. */
async function readable(schema: string, auth: Record<string, unknown>, owners: (string | null)[]): Promise<unknown[]> {
    const client = await createPolicyClient(`${SQLITE_PRELUDE}${schema}`);
    try {
        await client.raw('Note').createMany({
            data: owners.map((ownerId) => ({ id: ownerId ?? 'nobody', ownerId })),
        });
        const notes = await client.as(auth, 'Note').findMany({ orderBy: { id: 'asc' } });
        return notes.map(({ id }) => id);
    } finally {
        await client.close();
    }
}

describe('what the pages about contexts say of the run time', () => {
    it('context-wrapper-passed: notes without an owner, and none of one’s own', async () => {
        const { example, cure } = schemasOf('context-wrapper-passed');
        const owners = ['u1', 'u2', null];
        const wrapper = { session: { id: 's1', userId: 'u1' }, user: USER };
        assert.deepEqual(await readable(example, wrapper, owners), ['nobody']);
        assert.deepEqual(await readable(cure, wrapper, owners), []);
        assert.deepEqual(await readable(cure, USER, owners), ['u1']);
    });

    it('context-member-renamed: nobody reads anything', async () => {
        const { example } = schemasOf('context-member-renamed');
        assert.deepEqual(await readable(example, { id: 'u1' }, ['u1', 'u2']), []);
        assert.deepEqual(await readable(example, { userId: 'u1' }, ['u1', 'u2']), ['u1']);
    });

    it('context-member-extra: the ORM ignores it', async () => {
        const { example } = schemasOf('context-member-extra');
        assert.deepEqual(await readable(example, { userId: 'u1', organizationId: 'o1' }, ['u1', 'u2']), ['u1']);
    });

    it('context-null-passed: $setAuth throws', async () => {
        const client = await createPolicyClient(`${SQLITE_PRELUDE}${schemasOf('context-null-passed').example}`);
        try {
            const passNull = (): unknown => Reflect.apply(client.as.bind(client), undefined, [null, 'Note']);
            assert.throws(passNull, /Invalid auth object/);
            assert.equal(await client.as(undefined, 'Note').count(), 0);
        } finally {
            await client.close();
        }
    });
});
