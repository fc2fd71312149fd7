import assert from 'node:assert/strict';
import path from 'node:path';
import { zmodelAuth } from './support/run.ts';
import { DB_TS, GOOD_SCHEMA, removeWorkspaces, SCHEMA, workspace } from './support/workspace.ts';

describe('zmodel-auth check', function () {
    // Every case starts processes, some of them the type checker.
    this.timeout(120_000);

    after(removeWorkspaces);

    describe('formats', () => {
        let cwd: string;
        before(() => {
            cwd = workspace({ 'zenstack/schema.zmodel': SCHEMA, 'src/db.ts': DB_TS });
        });

        it('text: one line per finding, what belongs to it indented, a summary', async () => {
            const { stdout, code } = await zmodelAuth(cwd, ['check']);
            const lines = stdout.split('\n');
            assert.match(
                lines[0] ?? '',
                /^zenstack\/schema\.zmodel:8:20 warning context-member-nullable "organizationId" is required/,
            );
            assert.match(lines[1] ?? '', /^ {4}src\/db\.ts:3:\d+ "organizationId" has the type string \| null here$/);
            assert.equal(lines[2], '    fix: Make organizationId optional (String?)');
            assert.equal(lines[4], '1 warning in zenstack/schema.zmodel. "zmodel-auth fix" shows a cure for all.');
            assert.equal(code, 0, 'a warning is below the default threshold');
        });

        it('json: as the contract says', async () => {
            const { stdout } = await zmodelAuth(cwd, ['check', '--format', 'json']);
            const report = JSON.parse(stdout) as { schemas: Record<string, unknown>[] };
            assert.equal(report.schemas.length, 1);
            const { entry, files, auth, configs, contexts, diagnostics } = report.schemas[0] ?? {};
            assert.deepEqual(
                { entry, files, auth, configs },
                {
                    entry: 'zenstack/schema.zmodel',
                    files: ['zenstack/schema.zmodel'],
                    auth: { name: 'Auth', kind: 'type', file: 'zenstack/schema.zmodel', line: 6 },
                    configs: [],
                },
            );
            assert.partialDeepStrictEqual(contexts, [
                {
                    file: 'src/db.ts',
                    line: 3,
                    members: {
                        userId: { type: 'string', optional: false, nullable: false },
                        organizationId: { type: 'string', optional: false, nullable: true },
                    },
                    unknown: [],
                },
            ]);
            assert.partialDeepStrictEqual(diagnostics, [
                {
                    file: 'zenstack/schema.zmodel',
                    range: { start: { line: 7, character: 19 }, end: { line: 7, character: 25 } },
                    severity: 'warning',
                    code: 'context-member-nullable',
                    related: [{ file: 'src/db.ts', line: 3 }],
                    fixes: ['Make organizationId optional (String?)'],
                },
            ]);
        });

        it('sarif: a rule for each code, one-based places, relative addresses', async () => {
            const { stdout } = await zmodelAuth(cwd, ['check', '--format', 'sarif']);
            const sarif = JSON.parse(stdout) as {
                version: string;
                runs: {
                    tool: { driver: { rules: { id: string; help: { text: string } }[] } };
                    results: { ruleId: string; ruleIndex: number }[];
                }[];
            };
            assert.equal(sarif.version, '2.1.0');
            const [run] = sarif.runs;
            assert.ok(run);
            assert.equal(run.results.length, 1);
            assert.partialDeepStrictEqual(run.results[0], {
                ruleId: 'context-member-nullable',
                level: 'warning',
                locations: [
                    {
                        physicalLocation: {
                            artifactLocation: { uri: 'zenstack/schema.zmodel', uriBaseId: '%SRCROOT%' },
                            region: { startLine: 8, startColumn: 20, endLine: 8, endColumn: 26 },
                        },
                    },
                ],
                relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'src/db.ts' } } }],
            });
            const rule = run.tool.driver.rules[run.results[0]?.ruleIndex ?? -1];
            assert.equal(rule?.id, 'context-member-nullable');
            assert.match(rule.help.text, /context-member-nullable/);
        });

        it('github: workflow commands, relative to the checkout when that is known', async () => {
            const plain = await zmodelAuth(cwd, ['check', '--format', 'github']);
            assert.match(
                plain.stdout,
                /^::warning file=zenstack\/schema\.zmodel,line=8,col=20,endColumn=26,title=context-member-nullable::"organizationId" is required[^\n]*%0Asrc\/db\.ts:3:[^\n]*\n$/,
            );
            const inCheckout = await zmodelAuth(cwd, ['check', '--format', 'github'], {
                GITHUB_WORKSPACE: path.dirname(cwd),
            });
            assert.ok(inCheckout.stdout.startsWith(`::warning file=${path.basename(cwd)}/zenstack/schema.zmodel,`));
        });

        it('decides the exit code by the threshold, and prints the same in any case', async () => {
            const outcomes = await Promise.all(
                ['error', 'warning', 'hint'].map((level) => zmodelAuth(cwd, ['check', '--severity', level])),
            );
            assert.deepEqual(
                outcomes.map(({ code }) => code),
                [0, 1, 1],
            );
            assert.equal(new Set(outcomes.map(({ stdout }) => stdout)).size, 1);
        });

        it('reads no types with --no-types: what needs the checker is unknown, not wrong', async () => {
            const { stdout, code } = await zmodelAuth(cwd, [
                'check',
                '--no-types',
                '--format',
                'json',
                '--severity',
                'hint',
            ]);
            const report = JSON.parse(stdout) as {
                schemas: { diagnostics: unknown[]; contexts: unknown[] }[];
            };
            assert.deepEqual(report.schemas[0]?.diagnostics, []);
            assert.partialDeepStrictEqual(report.schemas, [{ contexts: [{ line: 3 }] }]);
            assert.equal(code, 0);
        });
    });

    it('says so when nothing is found', async () => {
        const cwd = workspace({ 'schema.zmodel': GOOD_SCHEMA, 'src/db.ts': DB_TS });
        const { code, stdout } = await zmodelAuth(cwd, ['check', '--severity', 'hint']);
        assert.equal(stdout, 'Nothing found in schema.zmodel.\n');
        assert.equal(code, 0);
    });

    it('counts UTF-16 code units', async () => {
        const schema = SCHEMA.replace('    organizationId String\n', '    /* 😀 */ organizationId String\n');
        const cwd = workspace({ 'schema.zmodel': schema, 'src/db.ts': DB_TS });
        const { stdout } = await zmodelAuth(cwd, ['check', '--format', 'json']);
        const report = JSON.parse(stdout) as { schemas: { diagnostics: { range: unknown }[] }[] };
        assert.deepEqual(report.schemas[0]?.diagnostics[0]?.range, {
            start: { line: 7, character: 28 },
            end: { line: 7, character: 34 },
        });
    });

    it('takes a fragment for the schema that imports it', async () => {
        const [head = '', tail = ''] = SCHEMA.split('model Post');
        const cwd = workspace({
            'schema.zmodel': `import './post'\n\n${head}`,
            'post.zmodel': `model Post${tail}`,
            'src/db.ts': DB_TS,
        });
        const { stdout, stderr } = await zmodelAuth(cwd, ['check', 'post.zmodel']);
        assert.match(stdout, /^schema\.zmodel:10:20 warning context-member-nullable/);
        assert.match(stderr, /post\.zmodel is a part of schema\.zmodel/);
    });

    it('prints paths relative to the working directory, upwards too', async () => {
        const cwd = workspace({ 'zenstack/schema.zmodel': SCHEMA, 'src/db.ts': DB_TS });
        const { stdout } = await zmodelAuth(path.join(cwd, 'src'), ['check', '--format', 'json', '..']);
        const report = JSON.parse(stdout) as { schemas: Record<string, unknown>[] };
        assert.partialDeepStrictEqual(report.schemas[0], {
            entry: '../zenstack/schema.zmodel',
            contexts: [{ file: 'db.ts' }],
        });
    });

    it('leaves a schema out that its package does not mean, says so, and checks it when named', async () => {
        const cwd = workspace({
            'package.json': '{ "name": "case", "private": true, "zenstack": { "schema": "good.zmodel" } }',
            'good.zmodel': GOOD_SCHEMA,
            'other.zmodel': SCHEMA,
            'src/db.ts': DB_TS,
        });
        const all = await zmodelAuth(cwd, ['check']);
        assert.equal(all.stdout, 'Nothing found in good.zmodel.\n');
        assert.match(all.stderr, /other\.zmodel is left out: .*good\.zmodel.*Name it/);
        const named = await zmodelAuth(cwd, ['check', 'other.zmodel']);
        assert.match(named.stdout, /^other\.zmodel:8:20 warning/);
    });

    describe('bad input', () => {
        it('syntax errors are findings at their place, and the rest is still read', async () => {
            const cwd = workspace({ 'schema.zmodel': `${GOOD_SCHEMA}\nmodel Broken {\n    id String @@@\n}\n` });
            const { code, stdout, stderr } = await zmodelAuth(cwd, ['check']);
            assert.match(stdout, /^schema\.zmodel:26:\d+ error schema-syntax \S/m);
            assert.equal(code, 1);
            assert.doesNotMatch(stderr, /internal error/);
        });

        it('an import that leads nowhere is a finding', async () => {
            const cwd = workspace({ 'schema.zmodel': `import './gone'\n${GOOD_SCHEMA}` });
            const { code, stdout } = await zmodelAuth(cwd, ['check']);
            assert.match(
                stdout,
                /^schema\.zmodel:1:8 error schema-import-missing The import "\.\/gone" leads nowhere: there is no file gone\.zmodel\./,
            );
            assert.equal(code, 1);
        });

        it('an empty schema is fine, with a note what to do', async () => {
            const cwd = workspace({ 'schema.zmodel': '' });
            const { code, stdout, stderr } = await zmodelAuth(cwd, ['check', 'schema.zmodel']);
            assert.equal(stdout, 'Nothing found in schema.zmodel.\n');
            assert.match(stderr, /schema\.zmodel is empty/);
            assert.equal(code, 0);
        });

        it('a binary file is refused, and the others are checked', async () => {
            const cwd = workspace({
                'a.zmodel': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0]),
                'b.zmodel': SCHEMA,
                'src/db.ts': DB_TS,
            });
            for (const paths of [['.'], ['a.zmodel', 'b.zmodel']]) {
                const { code, stdout, stderr } = await zmodelAuth(cwd, ['check', ...paths]);
                assert.match(stderr, /^error: a\.zmodel: is not a text file/m);
                assert.match(stdout, /^b\.zmodel:8:20 warning context-member-nullable/);
                assert.equal(code, 2);
            }
        });

        it('a path that is not there, a file that is no schema, a folder without one', async () => {
            const cwd = workspace({ 'src/db.ts': DB_TS });
            const cases = [
                ['gone.zmodel', /^error: gone\.zmodel: there is no such file or folder/m],
                ['src/db.ts', /^error: src\/db\.ts: is no schema/m],
                ['src', /^error: src: there is no schema \(\*\.zmodel\) in this folder\. Name/m],
            ] as const;
            for (const [given, message] of cases) {
                const { code, stdout, stderr } = await zmodelAuth(cwd, ['check', given]);
                assert.match(stderr, message);
                assert.equal(stdout, '');
                assert.equal(code, 2);
            }
        });

        it('a tsconfig.json that does not parse is named, and the schema is still checked', async () => {
            const cwd = workspace({
                'schema.zmodel': SCHEMA,
                'src/db.ts': DB_TS,
                'tsconfig.json': '{ "compilerOptions": {{',
            });
            const { code, stdout, stderr } = await zmodelAuth(cwd, ['check', '--format', 'json']);
            assert.match(stderr, /^note: tsconfig\.json:1: .* is unknown: /m);
            const report = JSON.parse(stdout) as { schemas: { unknown: { file: string }[] }[] };
            assert.equal(report.schemas[0]?.unknown[0]?.file, 'tsconfig.json');
            assert.equal(code, 0);
        });

        it('an application without configuration or call is noted', async () => {
            const cwd = workspace({ 'schema.zmodel': GOOD_SCHEMA });
            const { code, stderr } = await zmodelAuth(cwd, ['check']);
            assert.match(stderr, /note: There is no betterAuth\(\.\.\.\) configuration/);
            assert.match(stderr, /note: There is no \$setAuth\(\.\.\.\) call/);
            assert.equal(code, 0);
        });

        it('wrong usage', async () => {
            const cwd = workspace({ 'schema.zmodel': GOOD_SCHEMA });
            for (const args of [
                ['check', '--format', 'xml'],
                ['check', '--severity', 'fatal'],
                ['check', '--unknown'],
                ['frobnicate'],
                [],
            ]) {
                const { code, stdout, stderr } = await zmodelAuth(cwd, args);
                assert.equal(stdout, '', args.join(' '));
                assert.notEqual(stderr, '', args.join(' '));
                assert.equal(code, 2, args.join(' '));
            }
        });
    });
});
