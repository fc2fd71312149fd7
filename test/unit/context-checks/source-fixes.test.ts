import assert from 'node:assert/strict';
import { applyFix } from '../../../src/fixes/index.ts';
import type { ContextShape } from '../../../src/model/context-shape.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { contextFindings, readSources, schemaWith, viewOf } from './support.ts';

const PRELUDE = `interface Db { $setAuth(auth: unknown): Db }
declare const db: Db;
interface User { id: string }
declare const user: User | null;
declare function load(): User | null;
declare function later(): Promise<User | null>;
declare const found: { session: { userId: string }; user: User } | null;
declare const both: { session: { userId: string }; user: User };
declare const partial: { session: { userId: string }; user: { id?: string } };
declare const loose: { user: { id: string; activeOrganizationId: string } };
export {};
`;

const SCHEMA = schemaWith(['id String @id'], ['id']);
const NULL = 'context-null-passed';
const WRAPPER = 'context-wrapper-passed';
const RENAMED = 'context-member-renamed';

interface Case {
    name: string;
    code: string;
    /** Text of the whole file after `PRELUDE`. */
    before: string;
    /** The same after the fix; undefined when no edit of the source is offered. */
    after: string | undefined;
    schema?: string;
}

const CASES: Case[] = [
    { name: 'the literal null', code: NULL, before: 'db.$setAuth(null);', after: 'db.$setAuth(undefined);' },
    { name: 'a name', code: NULL, before: 'db.$setAuth(user);', after: 'db.$setAuth(user ?? undefined);' },
    { name: 'a call', code: NULL, before: 'db.$setAuth(load());', after: 'db.$setAuth(load() ?? undefined);' },
    { name: 'a fallback', code: NULL, before: 'db.$setAuth(user ?? null);', after: 'db.$setAuth(user ?? undefined);' },
    { name: 'an or', code: NULL, before: 'db.$setAuth(user || null);', after: 'db.$setAuth(user || undefined);' },
    {
        name: 'a condition over several lines with a comment',
        code: NULL,
        before: 'db.$setAuth(\n    found // the session\n        ? found.user\n        : null,\n);',
        after: 'db.$setAuth(\n    found // the session\n        ? found.user\n        : undefined,\n);',
    },
    {
        name: 'an awaited call, which needs parentheses',
        code: NULL,
        before: 'db.$setAuth(await later());',
        after: undefined,
    },
    {
        name: 'a wrapper function, whose parameter has a type of its own',
        code: NULL,
        before: 'function scoped(who: User | null) {\n    return db.$setAuth(who);\n}\nscoped(null);',
        after: undefined,
    },
    { name: 'a wrapper', code: WRAPPER, before: 'db.$setAuth(both);', after: 'db.$setAuth(both.user);' },
    {
        name: 'a wrapper that may be null',
        code: WRAPPER,
        before: 'db.$setAuth(found);',
        after: 'db.$setAuth(found?.user);',
    },
    { name: 'a wrapper whose user may lack the id', code: WRAPPER, before: 'db.$setAuth(partial);', after: undefined },
    {
        name: 'a wrapper that is written as a literal',
        code: WRAPPER,
        before: 'db.$setAuth({ session: both.session, user: both.user });',
        after: undefined,
    },
    {
        name: 'a property',
        code: RENAMED,
        before: "db.$setAuth({ userId: 'u' });",
        after: "db.$setAuth({ id: 'u' });",
    },
    {
        name: 'a shorthand property',
        code: RENAMED,
        before: "const userId: string = 'u';\ndb.$setAuth({ userId });",
        after: "const userId: string = 'u';\ndb.$setAuth({ id: userId });",
    },
    { name: 'a quoted property', code: RENAMED, before: "db.$setAuth({ 'userId': 'u' });", after: undefined },
    {
        name: 'a property of a variable, which others may read',
        code: RENAMED,
        before: "const who = { userId: 'u' };\ndb.$setAuth(who);",
        after: undefined,
    },
    {
        name: 'a user that is not known to be that of a session',
        code: 'context-member-missing',
        schema: schemaWith(['id String @id', 'activeOrganizationId String?'], ['activeOrganizationId']),
        before: 'db.$setAuth({ id: loose.user.id });',
        after: undefined,
    },
];

describe('fixes of the application’s sources', () => {
    let shapes: Map<string, ContextShape[]>;
    const name = (index: number): string => `case-${index}.ts`;

    before(async function () {
        this.timeout(60_000);
        shapes = await readSources(
            Object.fromEntries(
                CASES.map(({ before: text }, index): [string, string] => [
                    name(index),
                    // Every second file has the line ends of Windows.
                    `${PRELUDE}${text}\n`.replaceAll('\n', index % 2 === 0 ? '\n' : '\r\n'),
                ]),
            ),
        );
    });

    for (const [index, { name: title, code, before: text, after, schema = SCHEMA }] of CASES.entries()) {
        const eol = index % 2 === 0 ? '\n' : '\r\n';
        it(`${code}: ${title}${after === undefined ? ', is left alone' : ''}`, () => {
            const view = viewOf(schema);
            const contexts = shapes.get(name(index)) ?? [];
            const finding = contextFindings(view, { contexts }).find((each) => each.code === code);
            assert.ok(finding, `${code} is found`);
            const content = `${PRELUDE}${text}\n`.replaceAll('\n', eol);
            const results = finding.fixes
                .filter(({ data }) => data.kind === 'replace-source')
                .map(({ data }) => applyFix(data, { view, file: view.entry, readSource: () => content }))
                .filter((changes) => changes.length > 0)
                .map((changes) => applyChanges(content, changes));
            const expected = after === undefined ? [] : [`${PRELUDE}${after}\n`.replaceAll('\n', eol)];
            assert.deepEqual(results, expected);
        });

        if (after === undefined) continue;
        it(`${code}: ${title}, nothing when the argument was changed since`, () => {
            const view = viewOf(schema);
            const finding = contextFindings(view, { contexts: shapes.get(name(index)) ?? [] }).find(
                (each) => each.code === code,
            );
            const content = `${PRELUDE}${text}\n`.replaceAll('\n', eol);
            for (const readSource of [
                () => `${eol}${content}`,
                () => content.replace(/db\.\$setAuth\(\s*/, (call) => `${call}0 || `),
                () => undefined,
            ]) {
                for (const { data } of finding?.fixes ?? []) {
                    if (data.kind !== 'replace-source') continue;
                    assert.deepEqual(applyFix(data, { view, file: view.entry, readSource }), []);
                }
            }
        });
    }
});
