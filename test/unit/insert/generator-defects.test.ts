import assert from 'node:assert/strict';
import { organization } from 'better-auth/plugins';
import type { BetterAuthOptions } from 'better-auth';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import { column, configOf, configWith, insertInto, key, viewOf } from './support.ts';

const head = "datasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n\n";

/** What `auth generate` with ZenStack's adapter gets wrong in the schema's text, one test each. */
describe('insert: none of the defects of the existing generator', () => {
    const into = async (text: string, options: BetterAuthOptions = {}): Promise<string> =>
        (await insertInto(text, await configOf(options))).text;
    const onePerLine = (text: string): string[] => text.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));

    it('keeps `extends` on models and `with` on types', async () => {
        const bases = `type Base {\n    id String @id\n}\n\ntype Named with Base {\n    name String\n}\n\nmodel Actor with Named {\n    kind String\n\n    @@delegate(kind)\n}\n\n`;
        const text = await into(`${head}${bases}model User extends Actor {\n    email String @unique\n}\n`);
        assert.ok(text.includes(`${bases}model User extends Actor {\n    email String @unique\n`), text);
    });

    it('keeps import lines and does not inline what they import', async () => {
        const base = 'type Base {\n    id String @id\n}\n';
        const files = {
            'schema.zmodel': `import './base'\n\n${head}model User with Base {\n    name String\n}\n`,
            'base.zmodel': base,
        };
        const { after } = await insertInto(files, await configOf());
        assert.ok(after['schema.zmodel']?.startsWith(`import './base'\n`));
        assert.doesNotMatch(after['schema.zmodel'] ?? '', /type Base/);
        assert.equal(after['base.zmodel'], base);
    });

    it('takes a schema with a procedure', async () => {
        const procedures = 'procedure total(of: String): Int\n\nmutation procedure close(id: String): Boolean\n';
        assert.ok((await into(head + procedures)).startsWith(head + procedures));
    });

    it('keeps comments of all kinds, blank lines, layout and quote style', async () => {
        const text =
            `// head\n${head}/* block */\n\n\n/// doc\nmodel   User  {\n\n      id String   @id // id\n\n  /// mail\n  email   String @default("a")  /* x */ @default('b')\n\n\n}\n`.replace(
                ` @default('b')`,
                '',
            );
        const result = await into(text);
        const [before, after] = text.split('/* x */');
        assert.ok(result.startsWith(`${before ?? ''}/* x */`), result);
        assert.ok(result.includes(after ?? ''), result);
    });

    it('two foreign keys to one model: two names, two relation names, and the result validates', async () => {
        const config = await configWith({ user: [], transfer: [key('senderId', 'user'), key('receiverId', 'user')] });
        const lines = onePerLine((await insertInto(head, config)).text);
        assert.ok(lines.some((line) => line.startsWith("sender User @relation('TransferSender', fields: [senderId]")));
        assert.ok(
            lines.some((line) => line.startsWith("receiver User @relation('TransferReceiver', fields: [receiverId]")),
        );
    });

    it('names a relation after its key, not after the target', async () => {
        const lines = onePerLine(await into(head, { plugins: [organization()] }));
        assert.ok(lines.some((line) => line.startsWith('inviter User @relation(fields: [inviterId]')));
    });

    it("`modelName: 'app_users'` is model app_users without @@map", async () => {
        const text = await into(head, { user: { modelName: 'app_users' } });
        assert.match(text, /^model app_users \{$/m);
        assert.doesNotMatch(text, /@@map/);
    });

    it("`modelName: 'sessions'` gives no sessionss", async () => {
        const text = await into(head, { session: { modelName: 'sessions' } });
        assert.match(text, /^model Sessions \{$/m);
        assert.ok(onePerLine(text).includes('sessions Sessions[]'), text);
        assert.doesNotMatch(text, /sessionss/i);
    });

    it('follows usePlural', async () => {
        const config = await configOf({}, { name: 'zenstackAdapter', provider: 'sqlite', usePlural: true });
        const { plan } = await insertInto(head, config);
        assert.deepEqual(plan.added.models, ['Users', 'Sessions', 'Accounts', 'Verifications']);
    });

    it('a mapped field has the name that the adapter looks up; one that is there under the old name is a conflict', async () => {
        const config = await configOf({ user: { fields: { email: 'email_address' } } });
        assert.ok(onePerLine((await insertInto(head, config)).text).includes('email_address String @unique'));
        const mapped = `${head}model User {\n    id String @id\n    email String @unique @map('email_address')\n}\n`;
        const { text, plan } = await insertInto(mapped, config);
        assert.doesNotMatch(text, /^ *email_address/m);
        assert.deepEqual(
            plan.conflicts.map(({ kind, field }) => [kind, field]),
            [['field-renamed', 'email_address']],
        );
    });

    it("`generateId: 'serial'` makes Int ids and Int foreign keys, ids with a default", async () => {
        const lines = onePerLine(await into(head, { advanced: { database: { generateId: 'serial' } } }));
        assert.equal(lines.filter((line) => line === 'id Int @id @default(autoincrement())').length, 4);
        assert.equal(lines.filter((line) => line === 'userId Int').length, 2);
    });

    it('`useNumberId` makes no Int id without a default', async () => {
        // Newer releases have no such option any more; it is read as serial ids.
        const database: object = { useNumberId: true };
        const { text } = await insertInto('', await configOf({ advanced: { database } }));
        assert.equal(text.match(/^ +id +Int +@id @default\(autoincrement\(\)\)$/gm)?.length, 4);
    });

    it('literal unions become enums where that is asked for, and String with every value else', async () => {
        const level = column('level', { type: { literals: ['low', 'high'] } });
        const config = await configWith({ user: [level] });
        assert.match((await insertInto('', config, { enums: true })).text, /enum UserLevel \{\n +low\n +high\n\}/);
        assert.match((await insertInto('', config)).text, /level +String\n/);
    });

    it('an existing `User.id Int` meets Int foreign keys, and the contradiction is shown', async () => {
        const text = `${head}model User {\n    id Int @id @default(autoincrement())\n}\n`;
        const { text: result, plan } = await insertInto(text, await configOf());
        assert.ok(onePerLine(result).includes('userId Int'));
        assert.doesNotMatch(result, /userId +String/);
        assert.deepEqual(
            plan.conflicts.map(({ kind }) => kind),
            ['id-type'],
        );
    });

    it('does not repeat fields that come from a mixin', async () => {
        const mixin =
            'type Timestamps {\n    createdAt DateTime @default(now())\n    updatedAt DateTime @updatedAt\n}\n\n';
        const { plan, text } = await insertInto(
            `${head}${mixin}model User with Timestamps {\n    id String @id\n}\n`,
            await configOf(),
        );
        assert.ok(!plan.added.fields.includes('User.createdAt'));
        assert.doesNotMatch(/model User [^}]*\}/.exec(text)?.[0] ?? 'createdAt', /createdAt|updatedAt/);
    });

    it('writes @@index for indexed fields', async () => {
        assert.equal((await into(head)).match(/@@index\(\[(userId|identifier)\]\)/g)?.length, 3);
    });

    it('honours `unique` on foreign keys', async () => {
        const config = await configWith({ user: [], profile: [key('userId', 'user', { unique: true })] });
        assert.ok(onePerLine((await insertInto(head, config)).text).includes('userId String @unique'));
    });

    it('sets an optional key to null instead of cascading, unless the plugin says so', async () => {
        const references = { model: 'user', field: 'id' } as const;
        const fields = {
            reviewerId: { type: 'string', required: false, references },
            ownerId: { type: 'string', required: false, references: { ...references, onDelete: 'cascade' } },
        } as const;
        const text = await into(head, { plugins: [{ id: 'own', schema: { review: { fields } } }] });
        assert.match(text, /fields: \[reviewerId\], references: \[id\], onDelete: SetNull/);
        assert.match(text, /fields: \[ownerId\], references: \[id\], onDelete: Cascade/);
    });

    it('completes a schema that is not valid elsewhere', async () => {
        const broken = `${head}model Broken {\n    id Strin@g?? x\n}\n\nmodel User {\n    id String @id\n}\n\nmodel Other { x Gone }\n`;
        const config = await configWith({ user: [column('name')], session: [key('userId', 'user')] });
        const plan = planInsert(viewOf(broken), config);
        assert.deepEqual(plan.added, {
            models: ['Session'],
            fields: ['User.name'],
            relations: ['User.sessions'],
            imports: [],
        });
    });

    it('has no default for what only Better Auth can compute, and none that repeats', async () => {
        const text = await into(head, { rateLimit: { storage: 'database' } });
        assert.ok(onePerLine(text).includes('lastRequest BigInt'), text);
        assert.doesNotMatch(text, /@default\([^)]*\) @default/);
    });
});
