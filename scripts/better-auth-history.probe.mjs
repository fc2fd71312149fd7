// Runs inside a folder in which one release of Better Auth is installed; see better-auth-history.mjs.
// Prints, as JSON, the tables of Better Auth itself and those that each plugin factory adds:
// { module, variants: [{ when, tables: { [table]: { modelName?, indexes?, fields: { [field]: attributes } } } }] } by factory.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Options that some factories ask for; each takes what it knows. */
const REQUIRED = {
    loginPage: '/sign-in',
    consentPage: '/consent',
    verificationUri: '/device',
    domain: 'example.org',
    config: [],
    stripeClient: {},
    stripeWebhookSecret: 'secret',
    connections: [],
    authentication: { verifyBearerToken: () => null },
    getNonce: () => '',
    verifyMessage: () => true,
    sendOTP() {},
    schema: {},
};

/** Options that change which tables a factory adds, tried one at a time; `more` is what they don't work without. */
const VARIANTS = [
    { when: { teams: { enabled: true } } },
    { when: { dynamicAccessControl: { enabled: true } } },
    { when: { storeInDatabase: true } },
    { when: { domainVerification: { enabled: true } } },
    { when: { subscription: { enabled: true } }, more: { subscription: { enabled: true, plans: [] } } },
    { when: { organization: { enabled: true } } },
    {
        when: { managedConnections: {} },
        more: { managedConnections: { credentialHashSecret: 'a-secret-of-more-than-32-characters' } },
    },
    { when: { providerOwnership: { enabled: true } } },
];

const CORE_VARIANTS = [
    { rateLimit: { storage: 'database' } },
    { secondaryStorage: {} },
    { secondaryStorage: {}, session: { storeSessionInDatabase: true } },
];

/** How far from now a function's date may be to count as the present. */
const NOW_MS = 1000;

process.env.BETTER_AUTH_URL ??= 'http://localhost:3000';

function givesNow(value) {
    try {
        const result = typeof value === 'function' ? value() : undefined;
        return result instanceof Date && Math.abs(result.getTime() - Date.now()) < NOW_MS;
    } catch {
        // It needs arguments or a running server, so it isn't the time.
        return false;
    }
}

function describeDefault(value) {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' && typeof value !== 'function') return { literal: value };
    return givesNow(value) ? 'now' : 'dynamic';
}

function describeField(key, field) {
    const described = {
        type: field.type,
        required: field.required !== false,
        unique: field.unique === true,
        index: field.index === true,
        bigint: field.bigint === true,
        default: describeDefault(field.defaultValue),
        updatedAt: field.type === 'date' && givesNow(field.onUpdate),
        returned: field.returned !== false,
        references: field.references && {
            model: field.references.model,
            field: field.references.field,
            onDelete: field.references.onDelete,
        },
        fieldName: field.fieldName === key ? undefined : field.fieldName,
    };
    const usual = { required: true, unique: false, index: false, bigint: false, updatedAt: false, returned: true };
    return Object.fromEntries(Object.entries(described).filter(([name, value]) => value !== usual[name]));
}

function describeTables(tables) {
    return Object.fromEntries(
        Object.entries(tables ?? {}).map(([key, table]) => [
            key,
            {
                ...(table.modelName && table.modelName !== key && { modelName: table.modelName }),
                ...(table.indexes?.length > 0 && {
                    indexes: table.indexes.map(({ fields, unique }) => ({ fields, unique: unique === true })),
                }),
                fields: Object.fromEntries(
                    Object.entries(table.fields).map(([field, attributes]) => [
                        field,
                        describeField(field, attributes),
                    ]),
                ),
            },
        ]),
    );
}

/** The tables that a factory adds with some options, or undefined when it makes no plugin. */
function tablesOf(factory, when) {
    for (const options of [when, { ...REQUIRED, ...when }]) {
        try {
            const plugin = factory(options);
            if (typeof plugin?.id === 'string' && typeof plugin.then !== 'function')
                return describeTables(plugin.schema);
        } catch {
            // Not with these options; most exports are no factories at all.
        }
    }
    return undefined;
}

function describeFactory(module, factory) {
    const base = tablesOf(factory, {});
    if (base === undefined) return undefined;
    const variants = VARIANTS.map(({ when, more }) => ({ when, tables: tablesOf(factory, { ...when, ...more }) }));
    const text = JSON.stringify(base);
    const different = variants.filter(({ tables }) => tables !== undefined && JSON.stringify(tables) !== text);
    return { module, variants: [{ when: {}, tables: base }, ...different] };
}

/** `better-auth/plugins`, those of its parts that are not in it, and the packages beside it. */
function modules() {
    const own = JSON.parse(readFileSync('node_modules/better-auth/package.json', 'utf8'));
    const parts = Object.keys(own.exports).filter((name) => /^\.\/plugins\/[\w-]+$/.test(name));
    const packages = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies);
    return [
        ...packages.filter((name) => name.startsWith('@better-auth/')),
        'better-auth/plugins',
        ...parts.map((name) => path.posix.join('better-auth', name)),
    ];
}

const { getAuthTables } = await import('better-auth/db');
const result = {
    core: {
        module: 'better-auth',
        variants: [{}, ...CORE_VARIANTS].map((when) => ({ when, tables: describeTables(getAuthTables(when)) })),
    },
};
for (const module of modules()) {
    if (
        !existsSync(
            path.join(
                'node_modules',
                module
                    .split('/')
                    .slice(0, module.startsWith('@') ? 2 : 1)
                    .join('/'),
            ),
        )
    )
        throw new Error(`${module} is not installed`);
    const exported = await import(module);
    for (const [name, value] of Object.entries(exported)) {
        if (typeof value !== 'function' || value.constructor.name !== 'Function' || Object.hasOwn(result, name))
            continue;
        const described = describeFactory(module, value);
        if (described !== undefined) result[name] = described;
    }
}
process.stdout.write(`\n${JSON.stringify(result)}`);
