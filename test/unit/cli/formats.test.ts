import assert from 'node:assert/strict';
import { formatGithub } from '../../../src/cli/format/github.ts';
import { formatJson } from '../../../src/cli/format/json.ts';
import { formatSarif } from '../../../src/cli/format/sarif.ts';
import { formatText } from '../../../src/cli/format/text.ts';
import type { Diagnostic } from '../../../src/cli/diagnostics.ts';
import type { Report } from '../../../src/cli/report.ts';
import type { Counterexample } from '../../../src/model/policy.ts';
import type { ApplicationFacts } from '../../../src/workspace/facts.ts';
import type { SchemaView } from '../../../src/model/schema-view.ts';
import { buildPolicySchema } from '../../../src/zmodel/policy-schema.ts';

function view(entry: string): SchemaView {
    const view = { entry, files: [], plugins: [], enums: [], declarations: [], authDeclarations: [], authUses: [] };
    return { ...view, policies: () => buildPolicySchema(view, []) };
}

const diagnostic: Diagnostic = {
    file: '/work space/a,b:ü.zmodel',
    range: { start: { line: 4, character: 2 }, end: { line: 4, character: 6 } },
    severity: 'error',
    code: 'auth-member-missing',
    message: '100% wrong\nin two lines',
    related: [],
    fixes: [],
};

const facts: ApplicationFacts = {
    root: '/work space',
    configs: { configs: [], unknown: [] },
    contexts: { contexts: [], unknown: [], files: [] },
};

function report(...diagnostics: Diagnostic[][]): Report {
    const schemas = diagnostics.map((each, index) => ({
        view: view(`/work space/${index}.zmodel`),
        facts,
        findings: [],
        diagnostics: each,
    }));
    return { cwd: '/work space', schemas, problems: [] };
}

describe('output formats', () => {
    it('github: escapes what would end a property, a command or a line', () => {
        assert.equal(
            formatGithub(report([diagnostic]), undefined),
            '::error file=a%2Cb%3Aü.zmodel,line=5,col=3,endColumn=7,title=auth-member-missing::100%25 wrong%0Ain two lines\n',
        );
    });

    it('github: gives lines alone for a stretch of several', () => {
        const long = { ...diagnostic, range: { start: { line: 4, character: 2 }, end: { line: 6, character: 0 } } };
        assert.match(formatGithub(report([long]), undefined), /,line=5,endLine=7,title=/);
    });

    it('text: one line per diagnostic, whatever its message', () => {
        assert.deepEqual(formatText(report([diagnostic])).split('\n'), [
            'a,b:ü.zmodel:5:3 error auth-member-missing 100% wrong in two lines',
            '',
            '1 error in 0.zmodel.',
            '',
        ]);
    });

    it('text: does not pass for a whole check when the sources could not be analysed', () => {
        const alone = report([]);
        const schemas = alone.schemas.map(({ view: entry, findings, diagnostics }) => ({
            view: entry,
            findings,
            diagnostics,
        }));
        assert.equal(
            formatText({ ...alone, schemas }),
            'Nothing found in 0.zmodel. What the sources say is not known.\n',
        );
        assert.equal(formatText(alone), 'Nothing found in 0.zmodel.\n');
    });

    it('counts a diagnostic once in a file that two schemas share, and names the severities', () => {
        const hint: Diagnostic = { ...diagnostic, severity: 'hint', code: 'better-auth-drift' };
        const information: Diagnostic = { ...hint, severity: 'information', message: 'other' };
        const text = formatText(report([diagnostic, hint], [diagnostic, information]));
        assert.match(text, /^1 error, 1 information and 1 hint in 2 schemas\.$/m);
    });

    it('sarif: encodes paths, and names every rule once', () => {
        const outside = { ...diagnostic, file: '/elsewhere/c.zmodel' };
        const sarif = JSON.parse(formatSarif(report([diagnostic, outside]), '1.2.3')) as {
            runs: { tool: { driver: { rules: { id: string }[] } }; results: unknown[] }[];
        };
        const rules = sarif.runs[0]?.tool.driver.rules.map(({ id }) => id) ?? [];
        assert.equal(new Set(rules).size, rules.length);
        assert.partialDeepStrictEqual(sarif.runs[0]?.results, [
            {
                level: 'error',
                ruleIndex: rules.indexOf('auth-member-missing'),
                locations: [
                    {
                        physicalLocation: {
                            artifactLocation: { uri: 'a%2Cb%3A%C3%BC.zmodel', uriBaseId: '%SRCROOT%' },
                        },
                    },
                ],
            },
            { locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///elsewhere/c.zmodel' } } }] },
        ]);
    });

    describe('with a counterexample', () => {
        const counterexample: Counterexample = {
            operation: 'update',
            model: 'Todo',
            sentence: 'A user can move a Todo.',
            auth: { userId: "u'1", roles: ['a'], organization: {} },
            row: { organizationId: null, level: 3 },
            update: { organizationId: 'o2' },
            related: [{ model: 'User', row: { id: 'u1' } }],
        };
        const reported = report([
            { ...diagnostic, message: 'A user can move a Todo.', counterexample },
            { ...diagnostic, message: 'Anyone.', counterexample: { ...counterexample, auth: null, related: [] } },
        ]);

        it('text: a line for each part of the request', () => {
            assert.deepEqual(formatText(reported).split('\n').slice(0, 9), [
                'a,b:ü.zmodel:5:3 error auth-member-missing A user can move a Todo.',
                "    auth() = { userId: 'u\\'1', roles: ['a'], organization: {} }",
                '    Todo = { organizationId: null, level: 3 }',
                "    update = { organizationId: 'o2' }",
                "    User = { id: 'u1' }",
                'a,b:ü.zmodel:5:3 error auth-member-missing Anyone.',
                '    auth() = null (an anonymous request)',
                '    Todo = { organizationId: null, level: 3 }',
                "    update = { organizationId: 'o2' }",
            ]);
        });

        it('github: the same in the annotation', () => {
            assert.match(formatGithub(reported, undefined), /::A user can move a Todo\.%0Aauth\(\) = \{ userId: /);
        });

        it('json and sarif: as data', () => {
            assert.partialDeepStrictEqual(JSON.parse(formatJson(reported)), {
                schemas: [{ diagnostics: [{ counterexample }, {}] }],
            });
            assert.partialDeepStrictEqual(JSON.parse(formatSarif(reported, '1.2.3')), {
                runs: [{ results: [{ properties: { counterexample } }, {}] }],
            });
        });
    });

    it('sarif: a rule that is off by default is not enabled', () => {
        const { runs } = JSON.parse(formatSarif(report([]), '1.2.3')) as {
            runs: { tool: { driver: { rules: { id: string; defaultConfiguration: object }[] } } }[];
        };
        const rule = runs[0]?.tool.driver.rules.find(({ id }) => id === 'rule-update-beyond-create');
        assert.deepEqual(rule?.defaultConfiguration, { enabled: false });
    });
});
