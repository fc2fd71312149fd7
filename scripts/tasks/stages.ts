import fs from 'node:fs';
import path from 'node:path';
import { globSync } from 'tinyglobby';
import { cacheDir, root } from '../lib/paths.ts';
import { type Finished, run, runNpm } from '../lib/process.ts';
import { newest, oldest, type VsCodeVersion } from '../vscode/install.ts';
import { packageExtension } from './build.ts';

/** How many tests of a stage passed, failed and were skipped. */
export interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
}

/** What a stage reports; with a note when the counts alone don't tell what happened. */
export type StageResult = Counts & { readonly note?: string };

export interface Stage {
    readonly name: string;
    readonly title: string;
    readonly run: () => Promise<StageResult>;
}

/** Milliseconds that one stage may take before it is stopped and counts as failed. */
const stageTimeout = 20 * 60_000;

/** In the order in which they run: what fails fast comes first. */
export const stages: readonly Stage[] = [
    { name: 'typecheck', title: 'TypeScript', run: () => tool('typescript/bin/tsc', ['-p', 'tsconfig.json']) },
    { name: 'lint', title: 'ESLint and Prettier', run: lint },
    { name: 'unit', title: 'unit tests', run: () => mocha('test/unit', { report: 'files' }) },
    { name: 'grammar', title: 'grammar snapshots', run: () => mocha('test/grammar', { report: 'files' }) },
    {
        name: 'server',
        title: 'language server over real messages',
        run: () => mocha('test/server', { report: 'files' }),
    },
    { name: 'cli', title: 'command line', run: () => mocha('test/cli', { report: 'files' }) },
    { name: 'runtime', title: 'real Better Auth and ZenStack', run: () => mocha('test/runtime', { report: 'tests' }) },
    { name: 'sample', title: 'the sample application', run: smoke },
    { name: 'package', title: 'bundles and VSIX', run: buildAndPackage },
    { name: 'integration', title: `the suite inside VS Code ${newest}`, run: () => integration(newest) },
    { name: 'oldest', title: `the suite inside VS Code ${oldest}`, run: () => integration(oldest) },
    {
        name: 'e2e',
        title: 'the browser, end to end',
        run: () => mocha('test/e2e', { report: 'tests', needsPackage: true }),
    },
];

const passed: Counts = { passed: 1, failed: 0, skipped: 0 };
const failed: Counts = { passed: 0, failed: 1, skipped: 0 };

/** A tool that counts as one test. */
async function tool(script: string, args: readonly string[]): Promise<StageResult> {
    const { code } = await run(process.execPath, [path.join(root, 'node_modules', script), ...args], {
        output: 'show',
        timeout: stageTimeout,
    });
    return code === 0 ? passed : failed;
}

async function lint(): Promise<StageResult> {
    const results = [
        await tool('eslint/bin/eslint.js', ['.']),
        await tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
    ];
    return add(results);
}

function add(results: readonly Counts[]): Counts {
    const total = (key: keyof Counts): number => results.reduce((sum, counts) => sum + counts[key], 0);
    return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

/** Why a folder of tests can't run: it isn't there (which is told), or has no tests (which is an error). */
function absence(folder: string, pattern: string): StageResult | undefined {
    if (!fs.existsSync(path.join(root, folder))) {
        return { passed: 0, failed: 0, skipped: 0, note: `skipped: ${folder} does not exist` };
    }
    if (globSync(pattern, { cwd: path.join(root, folder) }).length > 0) return undefined;
    return { ...failed, note: `${folder} has no tests (${pattern})` };
}

async function mocha(
    folder: string,
    options: { report: 'files' | 'tests'; needsPackage?: boolean },
): Promise<StageResult> {
    const nothing = absence(folder, '**/*.test.ts');
    if (nothing) return nothing;
    if (options.needsPackage) await packageExtension();
    return counted(folder, options.report, (env) =>
        run(
            process.execPath,
            [
                path.join(root, 'node_modules/mocha/bin/mocha.js'),
                '--no-config',
                '--forbid-only',
                `--timeout=${options.needsPackage ? 120_000 : 60_000}`,
                `--reporter=${path.join(root, 'scripts/lib/reporter.cjs')}`,
                `${folder}/**/*.test.ts`,
            ],
            { output: 'show', timeout: stageTimeout, env: { ...env, ZMODEL_AUTH_EXIT_WITHIN: '15' } },
        ),
    );
}

/** Runs something that leaves counts behind by the reporter; what ends badly without telling so is a failure as well. */
async function counted(
    name: string,
    report: 'files' | 'tests',
    work: (env: NodeJS.ProcessEnv) => Promise<Finished>,
): Promise<StageResult> {
    const file = path.join(cacheDir, 'results', `${name.replaceAll('/', '-')}-${process.pid}.json`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.rmSync(file, { force: true });
    const { code } = await work({ ...process.env, ZMODEL_AUTH_RESULTS: file, ZMODEL_AUTH_REPORT: report });
    if (!fs.existsSync(file)) return { ...failed, note: `ended with code ${code} before its tests did` };
    const counts = JSON.parse(fs.readFileSync(file, 'utf8')) as Counts;
    fs.rmSync(file);
    if (code !== 0 && counts.failed === 0)
        return { ...counts, failed: 1, note: `all tests passed, but it ended with ${code}` };
    return counts;
}

/** The sample's own smoke test, by Node's test runner, whose closing lines are counted. */
async function smoke(): Promise<StageResult> {
    const { code, output } = await runNpm(['run', '--silent', 'smoke', '-w', 'samples/multi-tenant'], {
        output: 'both',
        timeout: stageTimeout,
        env: { ...process.env, NO_COLOR: '1' },
    });
    const count = (what: string): number => Number(new RegExp(`^\\S+ ${what} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
    const counts = { passed: count('pass'), failed: count('fail'), skipped: count('skipped') + count('todo') };
    if (counts.passed + counts.failed === 0)
        return { ...failed, note: `ended with code ${code} without running a test` };
    if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, note: `ended with code ${code}` };
    return counts;
}

async function buildAndPackage(): Promise<StageResult> {
    await packageExtension();
    return passed;
}

/** The suites inside a VS Code from npm; or, with VSCODE_EXECUTABLE set, once inside that one. */
async function integration(version: VsCodeVersion): Promise<StageResult> {
    if (process.env['VSCODE_EXECUTABLE'] && version !== newest) {
        return { passed: 0, failed: 0, skipped: 0, note: 'skipped: VSCODE_EXECUTABLE names the one to test' };
    }
    const nothing = absence('test/integration', '**/*.test.ts');
    if (nothing) return nothing;
    await packageExtension();
    return counted(`integration-${version}`, 'tests', (env) =>
        run(process.execPath, ['test/integration/run.ts'], {
            output: 'show',
            timeout: stageTimeout,
            env: { ...env, VSCODE_VERSION: version },
        }),
    );
}
