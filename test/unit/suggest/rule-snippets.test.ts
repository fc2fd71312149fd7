import assert from 'node:assert/strict';
import { runChecks } from '../../../src/checks/index.ts';
import { modelFacts } from '../../../src/suggest/model-facts.ts';
import { ruleSnippets } from '../../../src/suggest/rule-snippets.ts';
import type { RuleSnippet } from '../../../src/suggest/rule-snippets.ts';
import { createPolicyClient, validateSchema } from '../../support/orm.ts';
import type { PolicyClient } from '../../support/orm.ts';
import { viewOf } from '../insert/support.ts';
import { choicesOf, expandSnippet } from '../snippets/expand.ts';
import { OPEN, meaningOf } from './meaning.ts';
import { OFFERED } from './offered.ts';
import { prove, seed } from './prove.ts';
import { schemaOf, SHAPES } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { ACTORS, movesOf, rowsOf } from './world.ts';

const ROLES = { organization: ['owner', 'manager', 'member'], admin: ['user', 'admin'] };

function snippetsFor(schema: string, model: string): RuleSnippet[] {
    const view = viewOf(schema);
    const declaration = view.declarations.find(({ name }) => name === model);
    assert.ok(declaration, model);
    const facts = modelFacts(view, declaration);
    assert.ok(facts);
    return ruleSnippets(facts, ROLES);
}

/** One text for every choice of every placeholder, those with most operations first. */
function textsOf({ text }: RuleSnippet): string[] {
    const texts = [expandSnippet(text)];
    for (const [tabstop, options] of choicesOf(text)) {
        for (const option of options) {
            texts.push(expandSnippet(text, (index, [first = '']) => (index === tabstop ? option : first)));
        }
    }
    return [...new Set(texts)];
}

/** What is looked at closely: the rule with the most operations. */
function isWidest(text: string, all: readonly string[]): boolean {
    return text.includes('all,post-update') || !all.some((other) => other.includes('all,post-update'));
}

interface Variant {
    snippet: RuleSnippet;
    text: string;
    model: string;
    closely: boolean;
}

function variantsOf(shape: Shape): Variant[] {
    const variants: Variant[] = [];
    for (const snippet of snippetsFor(schemaOf(shape, { Note: '' }), 'Note')) {
        const texts = textsOf(snippet);
        for (const text of texts) {
            variants.push({ snippet, text, model: `Note${variants.length}`, closely: isWidest(text, texts) });
        }
    }
    return variants;
}

describe('rule snippets', function () {
    this.timeout(120_000);

    for (const shape of SHAPES) {
        describe(shape.name, () => {
            const variants = variantsOf(shape);
            const hosts = Object.fromEntries(
                variants.map(({ model, text, snippet }) => [
                    model,
                    `${text}\n${meaningOf(snippet, text, shape).beside}`,
                ]),
            );
            let client: PolicyClient;

            before(async () => {
                client = await createPolicyClient(schemaOf(shape, hosts));
                await seed(client, shape);
            });

            after(async () => {
                await client.close();
            });

            it('offers what fits', () => {
                const labels = [...new Set(variants.map(({ snippet }) => snippet.label))];
                assert.deepEqual(labels, OFFERED[shape.name]);
            });

            it('is accepted by ZenStack and raises no finding', async () => {
                const schema = schemaOf(shape, hosts);
                assert.deepEqual(await validateSchema(schema), { errors: [], warnings: [] });
                const view = viewOf(schema);
                // Only the models that rules are written in have any.
                const severities = { 'model-denies-everything': 'off' } as const;
                const findings = runChecks({ view, isMainSchema: false, display: (file) => file }, severities);
                const own = findings.filter(({ span }) => !schema.slice(0, span.end).endsWith(OPEN.slice(0, -1)));
                assert.deepEqual(own, []);
            });

            for (const { snippet, text, model, closely } of variants) {
                it(`${snippet.label}: ${text}`, async () => {
                    const meaning = meaningOf(snippet, text, shape);
                    const actors = closely ? ACTORS : ACTORS.slice(0, 4);
                    const moves = movesOf(shape);
                    await prove({
                        client,
                        shape,
                        model,
                        meaning,
                        actors,
                        rows: rowsOf(shape),
                        moves: closely ? moves : moves.slice(0, 3),
                    });
                });
            }
        });
    }
});
