// Writes src/better-auth/history.json: in which releases of Better Auth its tables and fields were different.
// Usage: node scripts/better-auth-history.mjs [--cache FOLDER]
// Needs npm and its registry. Installs releases into a temporary folder, one at a time, without their scripts: the
// first and the newest one of each minor version and, where these differ, those between them by bisection.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';

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

function describeFactory(name) {
    const described = samples.map((sample) => probed.get(sample)[name]);
    const variants = new Map(
        described.flatMap((each) => (each?.variants ?? []).map(({ when }) => [JSON.stringify(when), when])),
    );
    const baseTimelines = new Map();
    const changed = [...variants].flatMap(([text, when]) => {
        const variantOf = (result) =>
            result[name] &&
            (result[name].variants.find((each) => JSON.stringify(each.when) === text) ?? result[name].variants[0]);
        const tableOf = (result, table) => variantOf(result)?.tables[table];
        const tables = {};
        for (const table of keysOf(samples.map((sample) => variantOf(probed.get(sample))?.tables))) {
            const parts = { fields: {} };
            const add = (key, read, put) => {
                const timeline = timelineOf(name, read);
                const place = JSON.stringify([table, key]);
                const base = baseTimelines.get(place);
                if (text === '{}') baseTimelines.set(place, timeline);
                const isNews = text === '{}' ? timeline.length > 1 : JSON.stringify(base) !== JSON.stringify(timeline);
                // A constant one counts only beside a base that is not.
                if (isNews && (timeline.length > 1 || (base?.length ?? 0) > 1)) put(timeline);
            };
            add(
                'modelName',
                (result) => tableOf(result, table)?.modelName,
                (timeline) => (parts.modelName = timeline),
            );
            add(
                'indexes',
                (result) => tableOf(result, table)?.indexes,
                (timeline) => (parts.indexes = timeline),
            );
            for (const field of keysOf(samples.map((sample) => tableOf(probed.get(sample), table)?.fields)))
                add(
                    `fields.${field}`,
                    (result) => tableOf(result, table)?.fields[field],
                    (timeline) => (parts.fields[field] = timeline),
                );
            if (Object.keys(parts).length > 1 || Object.keys(parts.fields).length > 0) tables[table] = parts;
        }
        return Object.keys(tables).length > 0 ? [{ when, tables }] : [];
    });
    const modules = timelineOf(name, (result) => result[name]?.module);
    return { modules, variants: changed };
}

const factories = Object.fromEntries(
    keysOf(samples.map((sample) => probed.get(sample)))
        .sort()
        .map((name) => [name, describeFactory(name)])
        .filter(([, { variants, modules }]) => variants.length > 0 || modules.length > 1),
);
const text = JSON.stringify({ oldest: samples[0], newest: bundled, factories });
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), parser: 'json' }));
console.error(
    `${path.relative(root, target)}: ${samples.length} releases, ${Object.keys(factories).length} factories differ`,
);
