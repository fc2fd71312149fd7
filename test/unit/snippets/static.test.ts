import assert from 'node:assert/strict';
import { runChecks } from '../../../src/checks/index.ts';
import { validateSchema } from '../../support/orm.ts';
import { viewOf } from '../insert/support.ts';
import { choicesOf, expandSnippet, tabstopsOf } from './expand.ts';
import { noteSchema, relationSchema, topLevelSchema } from './hosts.ts';
import { loadSnippets } from './load.ts';

const inModel = (text: string): string => noteSchema(text);
const afterField = (text: string): string => noteSchema('', { title: text });
const atTop =
    (without: 'datasource' | 'policy' | 'auth' | 'nothing' = 'nothing') =>
    (text: string): string =>
        topLevelSchema(text, without);

/** Where each snippet goes. */
const hosts: Record<string, (text: string) => string> = {
    Datasource: atTop('datasource'),
    'Policy plugin': atTop('policy'),
    Plugin: atTop(),
    Enum: atTop(),
    Model: atTop(),
    Type: atTop(),
    Mixin: atTop(),
    'Auth type': atTop('auth'),
    'Organization-owned model': atTop(),
    Procedure: atTop(),
    'Mutation procedure': atTop(),
    'Relation to one': relationSchema,
    'Allow the user of a row': inModel,
    'Deny requests without a user': inModel,
    'Tenant isolation': inModel,
    'Organization: members of the active one': inModel,
    'Organization: through the parent': inModel,
    'Organization: role in the active one': inModel,
    'Organization: the active one itself': inModel,
    Member: inModel,
    'Member with a role': inModel,
    Owner: inModel,
    'User: oneself': inModel,
    Public: inModel,
    Published: inModel,
    "Follow a relation's rules": inModel,
    'Unchanged by updates': inModel,
    'Field: set once': afterField,
    'Field: updated by a role': afterField,
};

const snippets = loadSnippets();

/** What our checks say about a schema, but for models that no rule was meant for; one line each. */
function findingsIn(schema: string): string[] {
    const findings = runChecks(
        { view: viewOf(schema), isMainSchema: true, display: (file) => file },
        { 'model-denies-everything': 'off' },
    );
    return findings.map(({ code, span, message }) => `${code}: ${schema.slice(span.start, span.end)}: ${message}`);
}

describe('snippets/zmodel.json', () => {
    it('has a place for each snippet here', () => {
        assert.deepEqual(
            snippets.map(({ name }) => name),
            Object.keys(hosts),
        );
    });

    it('has no prefix twice', () => {
        const prefixes = snippets.flatMap((snippet) => snippet.prefixes);
        assert.deepEqual(
            prefixes.filter((prefix, index) => prefixes.indexOf(prefix) !== index),
            [],
        );
    });

    it('answers to the words that people try', () => {
        const prefixes = new Set(snippets.flatMap((snippet) => snippet.prefixes));
        for (const word of [
            'allow',
            'deny',
            'tenant',
            'org',
            'owner',
            'member',
            'role',
            'public',
            'auth-type',
            'model',
            'datasource',
            'plugin policy',
            '@@allow',
            '@@deny',
        ]) {
            assert.ok(prefixes.has(word), word);
        }
    });

    for (const { name, body, description } of snippets) {
        it(`${name}: well formed`, () => {
            const stops = tabstopsOf(body).filter((index) => index !== 0);
            assert.deepEqual(
                stops,
                stops.map((_, index) => index + 1),
                'tabstops are numbered without gaps',
            );
            assert.doesNotMatch(body, /^ /m, 'tabs, which the editor turns into the indentation of the document');
            assert.match(description, /\.$/);
        });

        const host = hosts[name];
        const variants = [expandSnippet(body)];
        for (const [tabstop, options] of choicesOf(body)) {
            for (const option of options.slice(1)) {
                variants.push(expandSnippet(body, (index, [first = '']) => (index === tabstop ? option : first)));
            }
        }
        for (const text of variants) {
            it(`${name}: ZenStack accepts ${text.split('\n', 1)[0] ?? ''}`, async () => {
                assert.ok(host);
                assert.deepEqual(await validateSchema(host(text)), { errors: [], warnings: [] });
            });

            it(`${name}: raises no finding with ${text.split('\n', 1)[0] ?? ''}`, () => {
                assert.ok(host);
                assert.deepEqual(findingsIn(host(text)), []);
            });
        }
    }
});
