// Writes src/better-auth/history.json: in which releases of Better Auth its tables and fields were different.
// Usage: node scripts/better-auth-history.mjs [--cache FOLDER]
// Needs npm and its registry. Installs releases into a temporary folder, one at a time, without their scripts: the
// first and the newest one of each minor version and, where these differ, those between them by bisection. (What came
// and went again between two releases that are alike is not seen.)
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { attributeOf, rewriteSchema } from '../src/better-auth/history.ts';
import { parseVersion } from '../src/better-auth/release.ts';

const root = path.dirname(import.meta.dirname);
const target = path.join(root, 'src', 'better-auth', 'history.json');
/** The first release with the plugins and options that are in use today. */
const OLDEST = [1, 3, 0];
const PACKAGES = ['api-key', 'oauth-provider', 'passkey', 'scim', 'sso', 'stripe'].map(
    (name) => `@better-auth/${name}`,
);

/** What some releases import without depending on it. */
const UNDECLARED = ['zod@^4.1.0', '@opentelemetry/api@^1.9.0'];

const { values } = parseArgs({ options: { cache: { type: 'string' } } });
const cache = values.cache;
const bundled = JSON.parse(readFileSync(path.join(root, 'node_modules/better-auth/package.json'), 'utf8')).version;

function npm(folder, ...args) {
    return execFileSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
        cwd: folder,
        encoding: 'utf8',
        shell: process.platform === 'win32',
        stdio: ['ignore', 'pipe', 'inherit'],
        maxBuffer: 1 << 26,
    });
}

const compare = (left, right) => left[0] - right[0] || left[1] - right[1] || left[2] - right[2];

/** Released versions of a package, the oldest first, without those that are not final. */
function releases(name) {
    return JSON.parse(npm(root, 'view', name, 'versions', '--json', '--silent'))
        .filter((version) => /^\d+\.\d+\.\d+$/.test(version))
        .map((version) => version.split('.').map(Number))
        .sort(compare);
}

const available = new Map(PACKAGES.map((name) => [name, releases(name)]));
const all = releases('better-auth').filter(
    (version) => compare(version, OLDEST) >= 0 && compare(version, bundled.split('.').map(Number)) <= 0,
);

/** What the probe prints for a release. Packages count in their newest version of the same minor that is no newer. */
const probed = new Map();
function probe(version) {
    const name = version.join('.');
    if (probed.has(name)) return probed.get(name);
    const cached = cache && path.join(cache, `${name}.json`);
    if (cached && existsSync(cached)) {
        probed.set(name, JSON.parse(readFileSync(cached, 'utf8')));
        return probed.get(name);
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'better-auth-history-'));
    try {
        const packages = [...available].flatMap(([each, versions]) => {
            const found = versions.findLast(
                (other) => compare(other, version) <= 0 && other[0] === version[0] && other[1] === version[1],
            );
            return found ? [`${each}@${found.join('.')}`] : [];
        });
        writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
        npm(
            folder,
            ...[
                'install',
                '--ignore-scripts',
                '--no-audit',
                '--no-fund',
                '--legacy-peer-deps',
                '--silent',
                '--save-exact',
            ],
            ...[`better-auth@${name}`, ...packages, ...UNDECLARED],
        );
        copyFileSync(path.join(import.meta.dirname, 'better-auth-history.probe.mjs'), path.join(folder, 'probe.mjs'));
        const printed = execFileSync(process.execPath, ['probe.mjs'], {
            cwd: folder,
            encoding: 'utf8',
            maxBuffer: 1 << 26,
        });
        const result = JSON.parse(printed.slice(printed.lastIndexOf('\n') + 1));
        console.error(`${name}: ${Object.keys(result).length} factories`);
        if (cached) {
            mkdirSync(cache, { recursive: true });
            writeFileSync(cached, JSON.stringify(result));
        }
        probed.set(name, result);
        return result;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Two releases are alike when their tables are. */
const tablesText = (result) =>
    JSON.stringify(
        Object.entries(result)
            .map(([name, { variants }]) => [name, variants])
            .filter(([, variants]) => variants.some(({ tables }) => Object.keys(tables).length > 0))
            .sort(([left], [right]) => left.localeCompare(right)),
    );

/** Probes between two releases until each change is pinned to one. */
function bisect(versions) {
    if (versions.length < 3 || tablesText(probe(versions[0])) === tablesText(probe(versions.at(-1)))) return;
    const middle = versions.length >> 1;
    probe(versions[middle]);
    bisect(versions.slice(0, middle + 1));
    bisect(versions.slice(middle));
}

for (const minor of Map.groupBy(all, ([major, minor]) => `${major}.${minor}`).values()) {
    probe(minor[0]);
    probe(minor.at(-1));
    bisect(minor);
}

const samples = all.map((version) => version.join('.')).filter((name) => probed.has(name));
/** What a reader finds in each release, as `[from, value]`. Releases that lack the factory say nothing, until it is gone for good. */
const timelineOf = (name, read) => {
    const timeline = [];
    const last = samples.findLastIndex((sample) => probed.get(sample)[name] !== undefined);
    for (const [index, sample] of samples.entries()) {
        if (index < last && probed.get(sample)[name] === undefined) continue;
        const value = read(probed.get(sample)) ?? null;
        if (timeline.length === 0 || JSON.stringify(timeline.at(-1)[1]) !== JSON.stringify(value))
            timeline.push([sample, value]);
    }
    return timeline;
};

/** All keys of objects, in the order in which they come up, the newest object's first. */
const keysOf = (objects) => [...new Set(objects.toReversed().flatMap((each) => Object.keys(each ?? {})))];

/** Whether options that have all of `when` have all of `part`, too. */
const includes = (when, part) =>
    typeof part === 'object' && typeof when === 'object'
        ? Object.entries(part).every(([key, value]) => key in when && includes(when[key], value))
        : when === part;

/**
 * The timelines of a factory, variant by variant, those with fewer options first. Kept is only what changes or stands
 * beside something that changes, and what differs from the variants whose options are among those of this one.
 */
function describeFactory(name) {
    const all = samples.flatMap((sample) => probed.get(sample)[name]?.variants ?? []);
    const variants = new Map(all.map(({ when }) => [JSON.stringify(when), when]));
    const tableKeys = keysOf(all.map(({ tables }) => tables));
    const kept = [];
    const sorted = [...variants].sort(([left], [right]) => left.length - right.length);
    const described = sorted.map(([text, when]) => {
        const tableOf = (result, table) => {
            const own = result[name]?.variants ?? [];
            return (own.find((each) => JSON.stringify(each.when) === text) ?? own[0])?.tables[table];
        };
        const keep = (place, read) => {
            const timeline = timelineOf(name, read);
            const below = kept.findLast((each) => each.place === place && includes(when, each.when));
            const isSame = JSON.stringify(below?.timeline) === JSON.stringify(timeline);
            const isNews = !isSame && (timeline.length > 1 || (below !== undefined && below.isNews));
            if (!isSame) kept.push({ place, when, timeline, isNews });
            return isNews ? timeline : undefined;
        };
        const tables = tableKeys.flatMap((table) => {
            const fieldKeys = keysOf(all.map(({ tables }) => tables[table]?.fields));
            const fields = fieldKeys.map((field) => [
                field,
                keep(`${table}.fields.${field}`, (result) => tableOf(result, table)?.fields[field]),
            ]);
            const described = {
                modelName: keep(`${table}.modelName`, (result) => tableOf(result, table)?.modelName),
                indexes: keep(`${table}.indexes`, (result) => tableOf(result, table)?.indexes),
                fields: Object.fromEntries(fields.filter(([, timeline]) => timeline !== undefined)),
            };
            const { modelName, indexes } = described;
            const isEmpty = !modelName && !indexes && Object.keys(described.fields).length === 0;
            return isEmpty ? [] : [[table, described]];
        });
        return { when, tables: Object.fromEntries(tables) };
    });
    const modules = timelineOf(name, (result) => result[name]?.module);
    return { modules, variants: described.filter(({ tables }) => Object.keys(tables).length > 0) };
}

const factories = Object.fromEntries(
    keysOf(samples.map((sample) => probed.get(sample)))
        .sort()
        .map((name) => [name, describeFactory(name)])
        .filter(([, { variants, modules }]) => variants.length > 0 || modules.length > 1),
);
/** Makes the tables of each release from those of the newest as the reader does. Throws when one comes out otherwise. */
function verify(history) {
    const toSchema = (tables) =>
        Object.fromEntries(
            Object.entries(tables ?? {}).map(([key, table]) => {
                const fields = Object.entries(table.fields).map(([field, past]) => [
                    field,
                    attributeOf(past, undefined),
                ]);
                return [key, { ...table, fields: Object.fromEntries(fields) }];
            }),
        );
    const inOrder = (record) =>
        Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
    const toText = (schema) =>
        JSON.stringify(inOrder(schema), (key, value) =>
            typeof value === 'function'
                ? `${key}()`
                : typeof value === 'object' && value !== null && !Array.isArray(value)
                  ? inOrder(value)
                  : Array.isArray(value) && value.length === 0
                    ? undefined
                    : value,
        );
    const newest = probed.get(samples.at(-1));
    for (const sample of samples) {
        for (const [name, { variants }] of Object.entries(probed.get(sample))) {
            for (const { when, tables } of variants) {
                const now = newest[name]?.variants ?? [];
                const start = now.find((each) => JSON.stringify(each.when) === JSON.stringify(when)) ?? now[0];
                const made = rewriteSchema(history, name, parseVersion(sample), toSchema(start?.tables), {
                    options: when,
                    modelName: () => undefined,
                    fieldName: () => undefined,
                    isForeign: () => false,
                });
                if (toText(made) !== toText(toSchema(tables)))
                    throw new Error(
                        `${name} ${JSON.stringify(when)} of ${sample} is not what history.json makes of it`,
                    );
            }
        }
    }
}

const history = { oldest: samples[0], newest: bundled, factories };
verify(history);
const text = JSON.stringify(history);
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), parser: 'json' }));
console.error(
    `${path.relative(root, target)}: ${samples.length} releases, ${Object.keys(factories).length} factories differ`,
);
