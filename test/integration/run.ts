/**
 * Runs the suites of this folder (or those named as arguments) inside a real VS Code, against the packaged extension:
 * in the VS Code from npm or, with VSCODE_EXECUTABLE set, in that desktop VS Code.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveCliPathFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import esbuild from 'esbuild';
import { cacheDir, root, vsixFile } from '../../scripts/lib/paths.ts';
import { main, PlainError, run } from '../../scripts/lib/process.ts';
import { calmSettings } from '../../scripts/vscode/settings.ts';
import { copyWorkspace, removeWorkspace } from '../support/workspace.ts';
import type { SuiteConfig } from './suite-config.ts';

interface Counts {
    passed: number;
    failed: number;
    skipped: number;
}

/** Where VS Code is to be had, and how an extension is installed into it. */
interface Target {
    executable: string;
    cli: readonly [string, ...string[]];
}

const here = import.meta.dirname;
const runDir = path.join(cacheDir, 'runs', `integration-${process.pid}`);

await main(async () => {
    if (!fs.existsSync(vsixFile)) throw new PlainError('There is no package; run `npm run package` first.');
    const target = findTarget();
    const total: Counts = { passed: 0, failed: 0, skipped: 0 };
    try {
        for (const suite of suites(process.argv.slice(2))) {
            console.log(`  suite ${suite}`);
            const counts = await runSuite(suite, target);
            for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
        }
    } finally {
        fs.rmSync(runDir, { recursive: true, force: true });
    }
    const results = process.env['ZMODEL_AUTH_RESULTS'];
    if (results) fs.writeFileSync(results, JSON.stringify(total));
    console.log(`  ${total.passed} passed, ${total.failed} failed`);
    process.exit(total.failed > 0 ? 1 : 0);
});

function suites(named: readonly string[]): string[] {
    const all = fs
        .readdirSync(here, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name);
    const unknown = named.filter((name) => !all.includes(name));
    if (unknown.length > 0) throw new PlainError(`Unknown suite: ${unknown.join(', ')}. Suites: ${all.join(', ')}`);
    return named.length > 0 ? [...named] : all;
}

function findTarget(): Target {
    const desktop = process.env['VSCODE_EXECUTABLE'];
    if (desktop) {
        if (!fs.existsSync(desktop)) throw new PlainError(`VSCODE_EXECUTABLE names ${desktop}, which does not exist.`);
        return { executable: desktop, cli: [resolveCliPathFromVSCodeExecutablePath(desktop)] };
    }
    const executable = writeLauncher();
    return { executable, cli: [executable] };
}

/** An executable file that starts the wrapper on the running Node: `runTests` can only start a file. */
function writeLauncher(): string {
    const wrapper = path.join(root, 'scripts', 'vscode', 'wrapper.ts');
    const windows = process.platform === 'win32';
    const file = path.join(cacheDir, 'bin', windows ? 'vscode-from-npm.cmd' : 'vscode-from-npm');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const text = windows
        ? `@"${process.execPath}" "${wrapper}" %*\r\n`
        : `#!/bin/sh\nexec "${process.execPath}" "${wrapper}" "$@"\n`;
    fs.writeFileSync(file, text, { mode: 0o755 });
    return file;
}

async function runSuite(suite: string, target: Target): Promise<Counts> {
    const config = await readConfig(suite);
    const dataDir = path.join(runDir, suite);
    const extensionsDir = path.join(runDir, 'extensions');
    const results = path.join(dataDir, 'results.json');
    fs.mkdirSync(path.join(dataDir, 'User'), { recursive: true });
    fs.writeFileSync(
        path.join(dataDir, 'User', 'settings.json'),
        JSON.stringify({ ...calmSettings, ...config.settings }),
    );
    const workspace = copyWorkspace(config.workspace ?? `test/integration/${suite}/workspace`);
    const places = [`--user-data-dir=${dataDir}`, `--extensions-dir=${extensionsDir}`];
    try {
        await installPackage(target, places);
        await runTests({
            vscodeExecutablePath: target.executable,
            extensionDevelopmentPath: writeTestOwner(),
            extensionTestsPath: await bundle(suite),
            launchArgs: [workspace, ...places],
            extensionTestsEnv: {
                ZMODEL_AUTH_RESULTS: results,
                ZMODEL_AUTH_DATA_DIR: dataDir,
                ZMODEL_AUTH_REPORTER: path.join(root, 'scripts', 'lib', 'reporter.cjs'),
            },
        });
    } catch (error) {
        // The counts tell which tests failed; without counts, VS Code itself did.
        if (!fs.existsSync(results)) {
            console.error(`  ${error instanceof Error ? error.message : String(error)}, before its tests ended`);
            return { passed: 0, failed: 1, skipped: 0 };
        }
    } finally {
        removeWorkspace(workspace);
    }
    if (!fs.existsSync(results)) throw new PlainError(`The suite ${suite} ended well without running its tests.`);
    return JSON.parse(fs.readFileSync(results, 'utf8')) as Counts;
}

async function readConfig(suite: string): Promise<SuiteConfig> {
    const file = path.join(here, suite, 'suite.ts');
    if (!fs.existsSync(file)) return {};
    const { config } = (await import(pathToFileURL(file).href)) as { config: SuiteConfig };
    return config;
}

async function installPackage(target: Target, places: readonly string[]): Promise<void> {
    const [command, ...args] = target.cli;
    const { code, output } = await run(command, [...args, '--install-extension', vsixFile, '--force', ...places]);
    if (code !== 0) throw new PlainError(`The package could not be installed into VS Code:\n${output.trim()}`);
}

/** The packaged extension is tested as users get it; so the tests belong to a second extension, which is nothing else. */
function writeTestOwner(): string {
    const folder = path.join(runDir, 'owner');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(
        path.join(folder, 'package.json'),
        JSON.stringify({ name: 'test-owner', publisher: 'tests', version: '0.0.0', engines: { vscode: '^1.103.0' } }),
    );
    return folder;
}

/** Bundles a suite's test files, whatever their number, for the extension host. Returns the bundle's path. */
async function bundle(suite: string): Promise<string> {
    const folder = path.join(here, suite);
    const files = fs.readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
    if (files.length === 0) throw new PlainError(`test/integration/${suite} has no *.test.ts.`);
    const outfile = path.join(cacheDir, 'suites', `${suite}.cjs`);
    await esbuild.build({
        stdin: {
            contents: `
                import { runSuite } from '../../support/extension-suite.ts';
                export const run = () => runSuite([${files.map((file) => `() => import('./${file}')`).join(', ')}]);`,
            resolveDir: folder,
            loader: 'ts',
        },
        outfile,
        bundle: true,
        format: 'cjs',
        platform: 'node',
        target: 'node22',
        external: ['vscode', 'mocha'],
        sourcemap: 'inline',
        logLevel: 'warning',
    });
    return outfile;
}
