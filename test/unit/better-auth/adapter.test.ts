import assert from 'node:assert/strict';
import path from 'node:path';
import { readAuthConfigs } from '../../../src/better-auth/read.ts';
import type { AuthAdapter } from '../../../src/model/auth-table.ts';
import { writeTemporary } from './temporary.ts';

const HEAD = `
import { betterAuth } from 'better-auth';
import { zenstackAdapter } from '@zenstackhq/better-auth';
import { ZenStackClient } from '@zenstackhq/orm';
import { PolicyPlugin } from '@zenstackhq/plugin-policy';
import { schema } from './schema';
`;

const DB = `
import { ZenStackClient } from '@zenstackhq/orm';
import { PolicyPlugin as Policies } from '@zenstackhq/plugin-policy';
import { schema } from './schema';
export const db = new ZenStackClient(schema, { dialect: undefined });
export const guarded = db.$use(new Policies()).$setInputValidation(true);
export default guarded.$setAuth(undefined);
export const clients = { guarded, plain: db };
export const free = guarded.$unuseAll();
export function makeGuarded() { return db.$use(new Policies()); }
`;

/** The adapter of a configuration whose file ends with the text. */
async function adapterOf(source: string): Promise<AuthAdapter | undefined> {
    const folder = await writeTemporary({
        'auth.ts': `${HEAD}${source}`,
        'db.ts': DB,
        'schema.ts': 'export const schema = {};',
    });
    try {
        const { configs } = await readAuthConfigs({ root: folder.root, overlays: {} });
        assert.equal(configs.length, 1);
        return configs[0]?.adapter;
    } finally {
        await folder.remove();
    }
}

function auth(client: string, options = "{ provider: 'sqlite' }"): string {
    return `export const auth = betterAuth({ database: zenstackAdapter(${client}, ${options}) });\n`;
}

describe('the client that the adapter is given', () => {
    const WITH_POLICY: Record<string, { source: string; text: string; without?: string }> = {
        'the plugin is added where the adapter is made': {
            source: `import { db } from './db';\n${auth('db.$use(new PolicyPlugin())')}`,
            text: 'db.$use(new PolicyPlugin())',
            without: 'db',
        },
        'through a constant of the file': {
            source: `const db = new ZenStackClient(schema, {});\nconst own = db.$use(new PolicyPlugin());\n${auth('own')}`,
            text: 'db.$use(new PolicyPlugin())',
        },
        'through a constant of another file, and a method that keeps plugins': {
            source: `import { guarded } from './db';\n${auth('guarded')}`,
            text: 'db.$use(new Policies())',
        },
        'through a default export': {
            source: `import client from './db';\n${auth('client')}`,
            text: 'db.$use(new Policies())',
        },
        'through a member of an object': {
            source: `import { clients } from './db';\n${auth('clients.guarded')}`,
            text: 'db.$use(new Policies())',
        },
        'through a namespace import': {
            source: `import * as data from './db';\n${auth('data.guarded')}`,
            text: 'db.$use(new Policies())',
        },
        'through a function': {
            source: `import { makeGuarded } from './db';\n${auth('makeGuarded()')}`,
            text: 'db.$use(new Policies())',
        },
        'the plugin is held by a constant, and another one is added after it': {
            source: `import { db } from './db';\nimport { other } from 'other';\nconst policy = new PolicyPlugin();\n${auth('db.$use(policy).$use(other())')}`,
            text: 'db.$use(policy)',
            without: 'db',
        },
        'the plugin is an option of the client': {
            source: `const db = new ZenStackClient(schema, { plugins: [new PolicyPlugin()] });\n${auth('db')}`,
            text: 'new ZenStackClient(schema, { plugins: [new PolicyPlugin()] })',
        },
    };
    for (const [name, { source, ...expected }] of Object.entries(WITH_POLICY)) {
        it(`has the policy plugin: ${name}`, async () => {
            const client = (await adapterOf(source))?.policyClient;
            assert.ok(client);
            const { location, ...rest } = client;
            assert.deepEqual(rest, expected);
            const isOwn = expected.text.includes('PolicyPlugin') || expected.text.includes('policy');
            assert.equal(path.basename(location.file), isOwn ? 'auth.ts' : 'db.ts');
        });
    }

    const WITHOUT: Record<string, string> = {
        'a plain client': `import { db } from './db';\n${auth('db')}`,
        'all plugins taken off again': `import { free } from './db';\n${auth('free')}`,
        'another member of the object': `import { clients } from './db';\n${auth('clients.plain')}`,
        'another plugin': `import { db } from './db';\nimport { SoftDelete } from 'soft';\n${auth('db.$use(new SoftDelete())')}`,
        'a class of that name from elsewhere': `import { db } from './db';\nimport { PolicyPlugin as P } from './own';\n${auth('db.$use(new P())')}`,
        'a condition decides': `import { db, guarded } from './db';\n${auth('process.env.SAFE ? guarded : db')}`,
        'a parameter': `export function make(db) { return betterAuth({ database: zenstackAdapter(db, { provider: 'sqlite' }) }); }\n`,
        'a package that is not read': `import { db } from '@app/db';\n${auth('db')}`,
    };
    for (const [name, source] of Object.entries(WITHOUT)) {
        it(`says nothing: ${name}`, async () => {
            assert.equal((await adapterOf(source))?.policyClient, undefined);
        });
    }
});

describe("the adapter's provider", () => {
    it('has the place of its literal', async () => {
        const adapter = await adapterOf(`import { db } from './db';\n${auth('db', "{ provider: 'postgresql' }")}`);
        assert.equal(adapter?.provider, 'postgresql');
        const { start, end } = adapter.providerLiteral?.location.range ?? assert.fail('no place');
        assert.equal(end.character - start.character, "'postgresql'".length);
    });

    it('has no place when it is no literal, and is unknown when it comes from the environment', async () => {
        const constant = await adapterOf(
            `import { db } from './db';\nconst provider = 'sqlite';\n${auth('db', '{ provider }')}`,
        );
        assert.equal(constant?.provider, 'sqlite');
        assert.equal(constant.providerLiteral, undefined);
        const env = await adapterOf(`import { db } from './db';\n${auth('db', '{ provider: process.env.DB }')}`);
        assert.equal(env?.provider, undefined);
    });
});

describe("the adapter's lists", () => {
    it('are told only where the setting is there and known', async () => {
        const read = async (settings: string): Promise<boolean | undefined> =>
            (await adapterOf(`import { db } from './db';\n${auth('db', settings)}`))?.supportsArrays;
        assert.equal(await read("{ provider: 'sqlite', supportsArrays: true }"), true);
        assert.equal(await read("{ provider: 'postgresql', supportsArrays: false }"), false);
        assert.equal(await read("{ provider: 'postgresql' }"), undefined);
        assert.equal(await read("{ provider: 'postgresql', supportsArrays: !!process.env.ARRAYS }"), undefined);
    });
});
