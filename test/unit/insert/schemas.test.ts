import assert from 'node:assert/strict';
import {
    admin,
    anonymous,
    deviceAuthorization,
    jwt,
    lastLoginMethod,
    organization,
    phoneNumber,
    siwe,
    twoFactor,
    username,
} from 'better-auth/plugins';
import type { BetterAuthOptions } from 'better-auth';
import { answersTo } from '../../../src/insert/names.ts';
import { configOf, insertInto, viewOf } from './support.ts';
import type { Files } from './support.ts';

const datasource = (provider = 'sqlite'): string =>
    `datasource db {\n    provider = '${provider}'\n    url      = ${provider === 'sqlite' ? "'file:./dev.db'" : "env('DATABASE_URL')"}\n}\n`;

const siweOptions = {
    domain: 'example.com',
    getNonce: () => Promise.resolve('nonce'),
    verifyMessage: () => Promise.resolve(true),
};

const none = (): null => null;

/** What configurations ask for. */
const optionSets: Record<string, BetterAuthOptions> = {
    core: {},
    organization: { plugins: [organization()] },
    'organization with teams and roles': {
        plugins: [organization({ teams: { enabled: true }, dynamicAccessControl: { enabled: true } }), admin()],
    },
    'admin, twoFactor, username': { plugins: [admin(), twoFactor(), username()] },
    'jwt, siwe, deviceAuthorization': { plugins: [jwt(), siwe(siweOptions), deviceAuthorization()] },
    'phoneNumber, anonymous, lastLoginMethod': {
        plugins: [phoneNumber(), anonymous(), lastLoginMethod({ storeInDatabase: true })],
    },
    'rate limits in the database': { rateLimit: { storage: 'database' } },
    'sessions elsewhere': {
        secondaryStorage: { get: none, set: none, delete: none, getAndDelete: none, increment: () => 0 },
    },
    'additional fields of every type': {
        user: {
            additionalFields: {
                bio: { type: 'string', required: false },
                plan: { type: ['free', 'pro'], defaultValue: 'free' },
                score: { type: 'number', defaultValue: 0.5 },
                points: { type: 'number', bigint: true, defaultValue: 0 },
                birthday: { type: 'date', required: false },
                settings: { type: 'json', required: false },
                tags: { type: 'string[]', required: false },
                marks: { type: 'number[]' },
                quote: { type: 'string', defaultValue: 'it\'s "so" \\' },
                type: { type: 'string', required: false },
            },
        },
    },
    'other names': {
        user: { modelName: 'app_users', fields: { email: 'email_address', emailVerified: 'email_verified' } },
        session: { modelName: 'sessions', fields: { userId: 'user_id' } },
        plugins: [
            organization({
                schema: {
                    organization: { modelName: 'workspace' },
                    member: { fields: { organizationId: 'workspaceId' } },
                },
            }),
        ],
    },
    'ids by the database as numbers': { advanced: { database: { generateId: 'serial' } }, plugins: [organization()] },
    'ids as uuid': { advanced: { database: { generateId: 'uuid' } } },
    'ids by the database': { advanced: { database: { generateId: false } } },
};

/** What is there before. */
const schemas: Record<string, Files> = {
    'an empty file': '',
    'a datasource alone': datasource(),
    'a datasource for postgresql': datasource('postgresql'),
    'a datasource for mysql': datasource('mysql'),
    'models of the application': `${datasource()}
// The application's own.
enum Role { USER ADMIN }

model Post {
    id    String @id @default(cuid())
    title String // no more than 80
}
`,
    'a hand-written user': `${datasource()}
/// Somebody who signs in.
model User {
  id    String @id @default(cuid())
  email String @unique /* verified below */
  posts Post[]
  // sessions come later
  @@map("people") // the old table
}

model Post {
  id       String @id
  authorId String
  author   User   @relation(fields: [authorId], references: [id])
}
`,
    mixins: {
        'schema.zmodel': `import './shared/base'\r\nimport './people'\r\n\r\n${datasource().replaceAll('\n', '\r\n')}`,
        'people.zmodel': `import "shared/base"\n\nmodel User with Timestamps {\n\temail String @unique\n\tname\tString\n}`,
        'shared/base.zmodel': `type Timestamps {
    id String @id
    createdAt DateTime @default(now())
    updatedAt DateTime @updatedAt
}

type Owned {
    note String?
}
`,
    },
    'a base model': `${datasource()}
model Actor {
    id   String @id
    kind String
    name String

    @@delegate(kind)
}

model User extends Actor {
    email String @unique
}
`,
};

describe('insert: every configuration into every schema', function () {
    this.timeout(60_000);

    for (const [options, betterAuth] of Object.entries(optionSets)) {
        for (const [schema, files] of Object.entries(schemas)) {
            it(`${options} into ${schema}`, async () => {
                const provider = /provider = '(\w+)'/.exec(typeof files === 'string' ? files : '')?.[1] ?? 'sqlite';
                const config = await configOf(betterAuth, { name: 'zenstackAdapter', provider });
                const { after, plan } = await insertInto(files, config);
                const left = new Set(plan.conflicts.map((conflict) => conflict.table));
                const { declarations } = viewOf(after);
                for (const table of config.tables) {
                    const model = declarations.find(({ name }) => answersTo(name, table.name));
                    if (!model && left.has(table.key)) continue;
                    assert.ok(model, `a model for ${table.name}`);
                    for (const name of ['id', ...table.fields.map((field) => field.name)]) {
                        const conflict = plan.conflicts.some((one) => one.table === table.key && one.field === name);
                        assert.ok(
                            conflict || model.fields.some((field) => field.name === name),
                            `${model.name}.${name}`,
                        );
                    }
                }
            });
        }
    }
});
