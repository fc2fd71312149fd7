import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { readAuthConfigs } from '../../src/better-auth/read.ts';
import { suggestAuthType } from '../../src/checks/auth-type.ts';
import { planInsert } from '../../src/insert/plan-insert.ts';
import { writeUserContext } from '../../src/insert/user-context.ts';
import { applyPlan } from '../support/verify-plan.ts';
import { loadSchemaView } from '../../src/zmodel/load.ts';
import { compile, inFolder, repository } from './generate.ts';

const SQLITE = path.join(repository, 'samples/multi-tenant/src/sqlite.ts');

/** The options of a project that takes every care; sources are run as they are, so imports have extensions. */
const STRICT: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    noImplicitReturns: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    typeRoots: [path.join(repository, 'node_modules/@types')],
    allowImportingTsExtensions: true,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
};

/** Errors that the compiler has for files. */
function typeErrors(files: string[]): string[] {
    const program = ts.createProgram(files, STRICT);
    return files
        .flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
        .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

interface Sources {
    /** Plugins and other options, as they stand in the configuration. */
    options: string;
    imports?: string;
    /** Around the options; `%` stands for the call. */
    holder?: string;
    name?: string;
}

type Context = Record<string, unknown> | undefined;

interface Api {
    signUpEmail(input: object): Promise<{ headers: Headers }>;
    createOrganization(input: object): Promise<{ id: string }>;
    setActiveOrganization(input: object): Promise<unknown>;
    addMember(input: object): Promise<unknown>;
    removeMember(input: object): Promise<unknown>;
}

/** An application with the helper. In: its configuration. Out, to `use`: what is needed to try it. */
async function withApplication(
    { options, imports = '', holder = 'export const auth = %;', name = 'auth.ts' }: Sources,
    use: (app: { helper: string; folder: string; load: () => Promise<Loaded> }) => Promise<void>,
): Promise<void> {
    const call = `betterAuth({
    database: zenstackAdapter(db, { provider: 'sqlite' }),
    secret: 'only for this test, and long enough for it',
    baseURL: 'http://localhost:3000',
    emailAndPassword: { enabled: true },
    ${options}
})`;
    const files = {
        'schema.zmodel': "datasource db {\n    provider = 'sqlite'\n    url = 'file:./unused.db'\n}\n",
        'db.ts': `import { ZenStackClient } from '@zenstackhq/orm';\nimport { openSqlite } from '${SQLITE}';\nimport { schema } from './generated/schema.ts';\nexport const db = new ZenStackClient(schema, { dialect: openSqlite(':memory:') });\n`,
        [name]: `import { zenstackAdapter } from '@zenstackhq/better-auth';\nimport { betterAuth } from 'better-auth';\n${imports}import { db } from './db.ts';\n\n${holder.replace('%', call)}\n`,
        'use.ts': `import { PolicyPlugin } from '@zenstackhq/plugin-policy';\nimport { db } from './db.ts';\nimport type { UserContext } from './user-context${path.extname(name)}';\nexport const clientFor = (context: UserContext | undefined) => db.$use(new PolicyPlugin()).$setAuth(context);\n`,
    };
    await inFolder(files, async (folder) => {
        const { configs } = await readAuthConfigs({ root: folder, overlays: {} });
        const [config] = configs;
        assert.ok(config && configs.length === 1);
        assert.deepEqual(config.unknown, []);
        const entry = path.join(folder, 'schema.zmodel');
        const view = await loadSchemaView(entry);
        const authType = suggestAuthType(view, [], config);
        const plan = planInsert(view, config, { policyPlugin: true, authType, closedComment: true });
        for (const [file, content] of Object.entries(applyPlan(view, plan))) await writeFile(file, content);
        await compile(entry, 'in-process');
        const helper = writeUserContext(config, await readFile(config.location.file, 'utf8'));
        await writeFile(helper.file, helper.content);
        assert.deepEqual(typeErrors([helper.file, path.join(folder, 'use.ts')]), [], helper.content);
        const load = async (): Promise<Loaded> => {
            const module = (file: string): Promise<unknown> => import(pathToFileURL(file).href);
            const { db } = (await module(path.join(folder, 'db.ts'))) as {
                db: { $pushSchema(): Promise<void>; $disconnect(): Promise<void> };
            };
            await db.$pushSchema();
            const source = (await module(config.location.file)) as Record<string, unknown>;
            const { getUserContext } = (await module(helper.file)) as { getUserContext: Loaded['getUserContext'] };
            return { source, getUserContext, close: () => db.$disconnect() };
        };
        await use({ helper: helper.content, folder, load });
    });
}

interface Loaded {
    source: Record<string, unknown>;
    getUserContext: (...args: unknown[]) => Promise<Context>;
    close: () => Promise<void>;
}

/** Signs somebody up. Out: the headers of their requests. */
async function signUp(api: Api, name: string): Promise<Headers> {
    const body = { name, email: `${name}@example.org`, password: 'correct horse battery' };
    const { headers } = await api.signUpEmail({ body, returnHeaders: true });
    const cookie = headers.getSetCookie().map((each) => each.split(';')[0]);
    return new Headers({ cookie: cookie.join('; ') });
}

describe('user context helper', function () {
    // The compiler reads Better Auth's types anew for each.
    this.timeout(180_000);

    it('compiles under strict, and follows session and membership for real', async () => {
        const app = {
            imports: "import { admin, organization } from 'better-auth/plugins';\n",
            options: 'plugins: [organization(), admin()],',
        };
        await withApplication(app, async ({ load, helper }) => {
            assert.match(helper, /^export type OrganizationRole = 'owner' \| 'admin' \| 'member';$/m);
            const { source, getUserContext, close } = await load();
            try {
                const { api } = source['auth'] as { api: Api };
                assert.equal(await getUserContext(new Headers()), undefined, 'anonymous');

                const ann = await signUp(api, 'ann');
                const none = { organizationId: null, organizationRole: null };
                const annContext = await getUserContext(ann);
                const userId = annContext?.['userId'];
                assert.equal(typeof userId, 'string');
                assert.deepEqual(annContext, { userId, ...none, role: 'user' });

                const body = { name: 'Org', slug: 'org' };
                const { id } = await api.createOrganization({ body, headers: ann });
                await api.setActiveOrganization({ body: { organizationId: id }, headers: ann });
                assert.deepEqual(await getUserContext(ann), {
                    userId,
                    organizationId: id,
                    organizationRole: 'owner',
                    role: 'user',
                });

                const bob = await signUp(api, 'bob');
                const bobId = (await getUserContext(bob))?.['userId'];
                await api.addMember({ body: { userId: bobId, organizationId: id, role: ['member', 'admin'] } });
                await api.setActiveOrganization({ body: { organizationId: id }, headers: bob });
                const member = await getUserContext(bob);
                assert.equal(member?.['organizationRole'], 'admin', 'the strongest of several');

                const removal = { memberIdOrEmail: 'bob@example.org', organizationId: id };
                await api.removeMember({ body: removal, headers: ann });
                assert.deepEqual(await getUserContext(bob), { userId: bobId, ...none, role: 'user' }, 'removed since');
            } finally {
                await close();
            }
        });
    });

    it('gives numbers where the database makes ids', async () => {
        const app = {
            imports: "import { organization } from 'better-auth/plugins';\n",
            options: "advanced: { database: { generateId: 'serial' } },\n    plugins: [organization()],",
        };
        await withApplication(app, async ({ load, helper }) => {
            assert.match(helper, /userId: number;/);
            const { source, getUserContext, close } = await load();
            try {
                const { api } = source['auth'] as { api: Api };
                const ann = await signUp(api, 'ann');
                const { id } = await api.createOrganization({ body: { name: 'Org', slug: 'org' }, headers: ann });
                await api.setActiveOrganization({ body: { organizationId: id }, headers: ann });
                assert.deepEqual(await getUserContext(ann), {
                    userId: 1,
                    organizationId: 1,
                    organizationRole: 'owner',
                });
            } finally {
                await close();
            }
        });
    });

    it('takes the instance where a factory makes it', async () => {
        const app = { options: '', holder: 'export async function createAuth() {\n    return %;\n}' };
        await withApplication(app, async ({ load, helper }) => {
            assert.doesNotMatch(helper, /organization/i);
            const { source, getUserContext, close } = await load();
            try {
                const auth = await (source['createAuth'] as () => Promise<{ api: Api }>)();
                const ann = await signUp(auth.api, 'ann');
                assert.deepEqual(Object.keys((await getUserContext(auth, ann)) ?? {}), ['userId']);
            } finally {
                await close();
            }
        });
    });

    it('has the roles of the configuration, and any role where more come at run time', async () => {
        const roles = {
            imports:
                "import { organization } from 'better-auth/plugins';\nimport { createAccessControl } from 'better-auth/plugins/access';\n",
            options:
                'plugins: [organization({ ac, roles: { chef: ac.newRole({}), cook: ac.newRole({}) }, creatorRole: "chef" })],',
            holder: 'const ac = createAccessControl({ dish: ["eat"] });\nexport default %;',
        };
        await withApplication(roles, async ({ helper }) => {
            assert.match(helper, /OrganizationRole = "chef" \| "cook";|OrganizationRole = 'chef' \| 'cook';/);
            assert.match(helper, /^import auth from/m);
            await Promise.resolve();
        });
        const open = {
            imports:
                "import { organization } from 'better-auth/plugins';\nimport { createAccessControl } from 'better-auth/plugins/access';\n",
            options: 'plugins: [organization({ ac, dynamicAccessControl: { enabled: true } })],',
            holder: 'const ac = createAccessControl({ dish: ["eat"] });\nexport const auth = %;',
        };
        await withApplication(open, async ({ helper }) => {
            assert.match(helper, /organizationRole: string \| null;/);
            await Promise.resolve();
        });
    });

    it('is JavaScript with types in comments beside a configuration in JavaScript', async () => {
        const app = {
            name: 'auth.js',
            imports: "import { organization } from 'better-auth/plugins';\n",
            options: 'plugins: [organization()],',
        };
        await withApplication(app, async ({ load, helper }) => {
            assert.match(helper, /@typedef \{object\} UserContext/);
            const { source, getUserContext, close } = await load();
            try {
                const ann = await signUp((source['auth'] as { api: Api }).api, 'ann');
                assert.equal((await getUserContext(ann))?.['organizationRole'], null);
            } finally {
                await close();
            }
        });
    });
});
