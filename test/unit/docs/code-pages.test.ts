import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { organization } from 'better-auth/plugins';
import { runChecks } from '../../../src/checks/index.ts';
import { CODES } from '../../../src/model/finding.ts';
import { createPolicyClient, SQLITE_PRELUDE, validateSchema } from '../../support/orm.ts';
import { configOf, viewOf } from '../insert/support.ts';
import { hasCheck } from '../rules/implemented.ts';

/** Codes whose pages show no schema. */
const ABOUT_PACKAGES: ReadonlySet<string> = new Set(['chevrotain-override-missing']);

/** Codes about rules, whose examples show all that it takes to find them. */
function isAboutRules(code: string): boolean {
    return /^(rule|model|default)-/.test(code);
}

/** Whether ZenStack itself refuses what a code is about. */
function isRefused(code: string): boolean {
    return code.startsWith('auth-') || code === 'policy-plugin-missing' || code === 'schema-v2';
}

/** A block of a page as a whole schema. */
function wholeSchema(block: string): string {
    return block.includes('datasource') ? block : `${SQLITE_PRELUDE}${block}`;
}

/** The lines of a page, and the contents of its fenced ZModel blocks. */
function readPage(code: string): { lines: string[]; example: string; cure: string } {
    const lines = readFileSync(path.resolve(import.meta.dirname, `../../../docs/codes/${code}.md`), 'utf8').split('\n');
    const blocks: string[] = [];
    let open: string[] | undefined;
    for (const line of lines) {
        if (open === undefined) {
            open = line === '```zmodel' ? [] : undefined;
        } else if (line === '```') {
            blocks.push(open.join('\n'));
            open = undefined;
        } else {
            open.push(line);
        }
    }
    const [example, cure, ...others] = ABOUT_PACKAGES.has(code) ? ['', ''] : blocks;
    assert.ok(example !== undefined && cure !== undefined, `${code}: an example and a cure`);
    assert.equal(others.length, 0, `${code}: one example and one cure`);
    return { lines, example, cure };
}

/** Ids of the notes that a request with this auth may read: one of o1, one of o2, one of no organization. */
async function readable(schema: string, auth: Record<string, unknown> | undefined): Promise<unknown[]> {
    const client = await createPolicyClient(`${SQLITE_PRELUDE}${schema}`);
    try {
        await client.raw('Note').createMany({
            data: ['o1', 'o2', null].map((organizationId) => ({ id: organizationId ?? 'none', organizationId })),
        });
        const notes = await client.as(auth, 'Note').findMany({ orderBy: { id: 'asc' } });
        return notes.map(({ id }) => id);
    } finally {
        await client.close();
    }
}

describe('pages of the diagnostic codes', () => {
    for (const code of Object.keys(CODES)) {
        it(`${code}: title, summary in a sentence, the sections in order`, () => {
            const { lines } = readPage(code);
            assert.equal(lines[0], `# ${code}`);
            assert.equal(lines[1], '');
            assert.match(lines[2] ?? '', /^[A-Z].*[^.]\.$/);
            assert.equal(lines[3], '');
            assert.deepEqual(
                lines.filter((line) => line.startsWith('## ')),
                ['## Example', '## Why it matters', '## Cure'],
            );
        });

        it(`${code}: ZenStack ${isRefused(code) ? 'refuses' : 'accepts'} the example, and accepts the cure`, async () => {
            const { example, cure } = readPage(code);
            const refused = (await validateSchema(wholeSchema(example))).errors.length > 0;
            assert.equal(refused, isRefused(code));
            assert.deepEqual((await validateSchema(wholeSchema(cure))).errors, []);
        });
    }

    for (const code of Object.keys(CODES).filter(isAboutRules)) {
        it(`${code}: ${hasCheck(code) ? 'the example is found, and nothing in the cure' : 'the example is not found yet'}`, async () => {
            const { example, cure } = readPage(code);
            const organizationRoles = ['owner', 'admin', 'member'];
            const config = { ...(await configOf({ plugins: [organization()] })), organizationRoles };
            const found = (block: string): string[] =>
                runChecks(
                    {
                        view: viewOf(wholeSchema(block)),
                        isMainSchema: false,
                        display: (file) => file,
                        ...(code === 'rule-role-unknown' && { configs: [config] }),
                    },
                    { 'rule-update-beyond-create': code === 'rule-update-beyond-create' ? 'information' : 'off' },
                )
                    .map((finding) => finding.code)
                    .filter(isAboutRules);
            // Once there is a check, its code has to be listed in `test/unit/rules/implemented.ts`.
            assert.equal(found(example).includes(code), hasCheck(code));
            assert.deepEqual(found(cure), []);
        });
    }

    for (const code of ['context-member-missing', 'context-member-nullable']) {
        it(`${code}: the example leaks at run time as the page says, the cure doesn't`, async () => {
            const { example, cure } = readPage(code);
            for (const auth of [{ userId: 'u1' }, { userId: 'u1', organizationId: null }]) {
                assert.deepEqual(await readable(example, auth), ['none']);
                assert.deepEqual(await readable(cure, auth), []);
            }
            const o1 = { userId: 'u1', organizationId: 'o1' };
            assert.deepEqual(await readable(example, o1), code.endsWith('nullable') ? ['none', 'o1'] : ['o1']);
            assert.deepEqual(await readable(cure, o1), ['o1']);
        });
    }

    it('context-member-type: "false" for a Boolean lets everyone read', async () => {
        const client = await createPolicyClient(`${SQLITE_PRELUDE}${readPage('context-member-type').example}`);
        try {
            await client.raw('Note').create({ data: { id: 'n', ownerId: 'somebody' } });
            assert.equal(await client.as({ userId: 'u1', isAdmin: 'false' }, 'Note').count(), 1);
            assert.equal(await client.as({ userId: 'u1', isAdmin: false }, 'Note').count(), 0);
        } finally {
            await client.close();
        }
    });
});
