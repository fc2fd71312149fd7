/**
 * Takes the place of the desktop VS Code's executable where there is none: runs the VS Code from npm with a headless
 * browser, understands the arguments that `@vscode/test-electron` passes, and ends with the test suite's exit code.
 */
import fs from 'node:fs';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { cacheDir, resultsDir } from '../lib/paths.ts';
import { main, PlainError } from '../lib/process.ts';
import { findBrowser, launchBrowser } from './browser.ts';
import { ensureVsCode, wantedVersion } from './install.ts';
import { installExtension, type RunningServer, startServer, toUrlPath } from './server.ts';
import { calmSettings } from './settings.ts';

/** How long a suite may take, in milliseconds, before it counts as failed. */
const suiteTimeout = Number(process.env['ZMODEL_AUTH_SUITE_TIMEOUT'] ?? 240_000);

/** What the workbench itself logs in every run; it comes through the same channel as what the suite prints. */
const workbenchNoise =
    /^(Resolv(ing|ed) connection token|Creating a socket|Updating additional builtin|Ignoring fetching additional|ChatSessionStore:|Creation of workbench contribution|\[(reconnection-grace-time|Service Worker|AgentHost|AccountPolicyGate))/;

const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
};

await main(async () => {
    const { values, positionals } = parseArgs({
        args: process.argv.slice(2),
        strict: false,
        allowPositionals: true,
        options: {
            extensionDevelopmentPath: { type: 'string', multiple: true, default: [] },
            extensionTestsPath: { type: 'string' },
            'install-extension': { type: 'string' },
            'user-data-dir': { type: 'string', default: path.join(cacheDir, 'user-data') },
            'extensions-dir': { type: 'string', default: path.join(cacheDir, 'extensions') },
        },
    });
    const install = await ensureVsCode(wantedVersion(), say);
    const places = {
        install,
        dataDir: String(values['user-data-dir']),
        extensionsDir: String(values['extensions-dir']),
    };
    if (typeof values['install-extension'] === 'string') {
        await installExtension(values['install-extension'], places);
        return;
    }
    if (typeof values.extensionTestsPath !== 'string') throw new PlainError('--extensionTestsPath is missing.');
    const [folder] = positionals;
    if (folder === undefined) throw new PlainError('The folder to open is missing.');

    const found = await findBrowser(say);
    const server = await startServer({ ...places, settings: readSettings(places.dataDir), forTestSuite: true });
    const browser = await launchBrowser(found);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const uri = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${toUrlPath(path.resolve(file))}`;
    const payload: [string, string][] = [
        ...(values.extensionDevelopmentPath ?? []).map((file): [string, string] => [
            'extensionDevelopmentPath',
            uri(String(file)),
        ]),
        ['extensionTestsPath', uri(resolveScript(values.extensionTestsPath))],
    ];
    const code = await runSuite(page, server.url(path.resolve(folder), payload));
    if (code !== 0) await keepEvidence(page, server, places.dataDir);
    await close(browser, server);
    process.exit(code);
});

/** The settings that the caller put into the data folder, over the calm ones. */
function readSettings(dataDir: string): Record<string, unknown> {
    const file = path.join(dataDir, 'User', 'settings.json');
    if (!fs.existsSync(file)) return { ...calmSettings };
    return { ...calmSettings, ...(JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>) };
}

/** The desktop resolves the suite like a module; the page needs the file itself. */
function resolveScript(script: string): string {
    const candidates = [script, `${script}.js`, `${script}.cjs`, path.join(script, 'index.js')];
    const found = candidates.find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
    if (found === undefined) throw new PlainError(`The test suite ${script} does not exist.`);
    return found;
}

/** Opens the page and waits for the suite's end. Returns its exit code; 1 after a crash or the timeout. */
async function runSuite(page: Page, url: string): Promise<number> {
    let finish: (code: number) => void = () => {};
    const finished = new Promise<number>((resolve) => (finish = resolve));
    const timer = setTimeout(() => {
        say(`The suite did not end within ${suiteTimeout / 1000} s.`);
        finish(1);
    }, suiteTimeout);
    page.on('crash', () => {
        say('The page crashed.');
        finish(1);
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => finish(code));
    await page.exposeFunction('codeAutomationLog', (_level: string, args: unknown[]) => {
        const text = format(...args);
        if (!workbenchNoise.test(text)) process.stdout.write(`${text}\n`);
    });
    await page.goto(url);
    const code = await finished;
    clearTimeout(timer);
    return code;
}

/** Keeps a screenshot and the logs of a failed run where the reader of the test results finds them. */
async function keepEvidence(page: Page, server: RunningServer, dataDir: string): Promise<void> {
    const place = path.join(resultsDir, 'integration', path.basename(dataDir));
    fs.mkdirSync(place, { recursive: true });
    if (!page.isClosed()) await page.screenshot({ path: path.join(place, 'screen.png') });
    fs.writeFileSync(path.join(place, 'server.log'), server.output());
    const logs = path.join(dataDir, 'data', 'logs');
    if (fs.existsSync(logs)) fs.cpSync(logs, path.join(place, 'logs'), { recursive: true });
    say(`Screenshot and logs: ${place}`);
}

async function close(browser: Browser, server: RunningServer): Promise<void> {
    await browser.close();
    await server.stop();
}
