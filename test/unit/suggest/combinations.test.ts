import assert from 'node:assert/strict';
import { runChecks } from '../../../src/checks/index.ts';
import { modelFacts } from '../../../src/suggest/model-facts.ts';
import { ruleSnippets } from '../../../src/suggest/rule-snippets.ts';
import type { RuleSnippet } from '../../../src/suggest/rule-snippets.ts';
import { viewOf } from '../insert/support.ts';
import { choicesOf, expandSnippet } from '../snippets/expand.ts';
import { OPEN } from './meaning.ts';
import { schemaOf } from './shapes.ts';
import type { Shape } from './shapes.ts';

const ROLES = { organization: ['owner', 'manager', 'member'], admin: ['user', 'admin'] };

type Column = 'none' | 'optional' | 'required';

/** Every combination of what rules depend on. */
function* combinations(auth: Shape['auth']): Generator<Shape> {
    const columns: readonly Column[] = ['none', 'optional', 'required'];
    const roles: readonly (Shape['role'] | 'none')[] = ['none', 'string', 'enum'];
    const memberships: readonly (Shape['membership'] | 'none')[] = ['none', 'Member', 'SpaceMember', 'users'];
    const tenants: readonly Shape['tenant'][] = auth === 'model' ? ['optional'] : ['optional', 'required'];
    let number = 0;
    for (const organization of columns) {
        for (const owner of columns) {
            for (const role of roles) {
                for (const membership of memberships) {
                    for (const tenant of tenants) {
                        number += 1;
                        yield {
                            name: `tenant ${organization}, owner ${owner}, role ${role ?? ''}, ${membership ?? ''}, auth's ${tenant}`,
                            auth,
                            tenant,
                            ...(organization !== 'none' && { organization }),
                            ...(owner !== 'none' && { owner }),
                            ...(role !== undefined && role !== 'none' && { role, membershipRole: role }),
                            ...(membership !== undefined && membership !== 'none' && { membership }),
                            ...(membership === 'SpaceMember' && { space: true }),
                            // What changes little comes in turns.
                            ...(number % 2 === 0 && { parent: number % 4 === 0 ? 'read' : 'write' }),
                            ...(number % 3 === 0 && { published: number % 6 === 0 ? 'flag' : 'enum' }),
                            ...(number % 5 === 0 && { globalRole: number % 10 === 0 ? 'flag' : 'string' }),
                            ...(number % 7 === 0 && organization !== 'none' && { isolated: true }),
                        };
                    }
                }
            }
        }
    }
}

function snippetsFor(schema: string): RuleSnippet[] {
    const view = viewOf(schema);
    const declaration = view.declarations.find(({ name }) => name === 'Note');
    assert.ok(declaration);
    const facts = modelFacts(view, declaration);
    assert.ok(facts);
    return ruleSnippets(facts, ROLES);
}

/** One text for every choice of every placeholder. */
function textsOf({ text }: RuleSnippet): string[] {
    const texts = [expandSnippet(text)];
    for (const [tabstop, options] of choicesOf(text)) {
        for (const option of options) {
            texts.push(expandSnippet(text, (index, [first = '']) => (index === tabstop ? option : first)));
        }
    }
    return [...new Set(texts)];
}

/** What our checks say about the models with these rules, each by itself; one line per finding. */
function findingsIn(schema: string): string[] {
    const view = viewOf(schema);
    const findings = runChecks(
        { view, isMainSchema: true, display: (file) => file },
        // Only the models that rules are written in have any.
        { 'model-denies-everything': 'off' },
    );
    return findings
        .filter(({ span }) => !schema.slice(0, span.end).endsWith(OPEN.slice(0, -1)))
        .map(({ code, span, message }) => `${code}: ${schema.slice(span.start, span.end)}: ${message}`);
}

describe('rule snippets in every combination of columns, roles and memberships', function () {
    this.timeout(300_000);

    for (const auth of ['type', 'model'] as const) {
        it(`auth() is a ${auth}: none raises a finding`, () => {
            const found: string[] = [];
            for (const shape of combinations(auth)) {
                const texts = snippetsFor(schemaOf(shape, { Note: '' })).flatMap(textsOf);
                const rules = texts.map((text) => (text.startsWith('@@deny') ? `${text}\n${OPEN}` : text));
                const hosts = Object.fromEntries(rules.map((text, index) => [`Note${index}`, text]));
                found.push(...findingsIn(schemaOf(shape, hosts)).map((line) => `${shape.name}: ${line}`));
            }
            assert.deepEqual(found, []);
        });
    }

    it('what is not safe is found in the same schemas', () => {
        const [shape] = [...combinations('type')].filter(
            ({ organization, owner, tenant }) =>
                organization === 'optional' && owner === 'required' && tenant === 'optional',
        );
        assert.ok(shape);
        const found = findingsIn(
            schemaOf(shape, {
                Note0: "@@allow('all', auth().organizationId == organizationId)",
                Note1: "@@allow('all', auth().userId != null && auth().userId == ownerId)",
            }),
        );
        const codes = found.map((line) => line.split(':')[0]);
        assert.ok(codes.includes('rule-null-match'), found.join('\n'));
        assert.ok(codes.includes('rule-tenant-escape'), found.join('\n'));
    });
});
