import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { brokenFixtures, grammars, repository, validFixtures } from './tokenize.ts';

const update = process.env['UPDATE_SNAPSHOTS'] === '1';

/** Runs one of the command-line programs of vscode-tmgrammar-test. Out: exit code and all that it printed. */
function run(program: 'snapshot' | 'unit', args: string[]): Promise<{ code: number; output: string }> {
    const script = path.join(repository, `node_modules/vscode-tmgrammar-test/dist/${program}.js`);
    return new Promise((resolve) => {
        execFile(process.execPath, [script, ...args], { cwd: repository }, (error, stdout, stderr) => {
            resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
        });
    });
}

describe('grammar', () => {
    for (const name of [...validFixtures, ...brokenFixtures]) {
        const file = `test/grammar/fixtures/${name}`;

        it(`scopes ${name} as its snapshot says`, async () => {
            // The program would write a missing snapshot and call that a success.
            assert.ok(update || existsSync(path.join(repository, `${file}.snap`)), `${file}.snap is missing`);
            const options = ['--grammar', grammars.zmodel, '--scope', 'source.zmodel'];
            const { code, output } = await run('snapshot', [...(update ? ['-u'] : []), ...options, file]);
            assert.equal(code, 0, `${output}\nIf this is meant: UPDATE_SNAPSHOTS=1 npm run test:grammar`);
        });
    }

    for (const topic of ['auth', 'operations', 'predicates', 'comments-and-strings', 'names']) {
        it(`holds the assertions about ${topic}`, async () => {
            const { code, output } = await run('unit', [
                '--grammar',
                grammars.zmodel,
                `test/grammar/assertions/${topic}.zmodel`,
            ]);
            assert.equal(code, 0, output);
        });
    }
});
