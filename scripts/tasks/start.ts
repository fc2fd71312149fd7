/** `npm start`: the packaged extension in a real VS Code, with the sample open. */
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDir, root, sampleDir, vsixFile } from '../lib/paths.ts';
import { main, PlainError, run, runNpm } from '../lib/process.ts';
import { whenChanged } from '../lib/stamp.ts';
import { ensureVsCode, newest } from '../vscode/install.ts';
import { installExtension, startServer, toUrlPath } from '../vscode/server.ts';
import { demoSettings } from '../vscode/settings.ts';
import { packageExtension } from './build.ts';

const usage = `Usage: npm start -- [--port N] [--no-open] [--desktop]
  --port N    port of the VS Code in the browser (default 3939, or a free one when that is taken)
  --no-open   don't open a browser, only print the address
  --desktop   install the extension into the VS Code on this machine (\`code\` on PATH) and open the sample there`;

const usualPort = 3939;
const say = (line: string): void => console.log(line);

await main(async () => {
    const options = readOptions();
    await packageExtension();
    await prepareSample();
    if (options.desktop) await startDesktop();
    else await startInBrowser(options.port, options.open);
});

function readOptions(): { port: number | undefined; open: boolean; desktop: boolean } {
    try {
        const { values } = parseArgs({
            options: {
                port: { type: 'string' },
                'no-open': { type: 'boolean', default: false },
                desktop: { type: 'boolean', default: false },
            },
        });
        const port = values.port === undefined ? undefined : Number(values.port);
        if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
            throw new PlainError(`--port ${values.port} is not a port.`);
        }
        return { port, open: !values['no-open'], desktop: values.desktop };
    } catch (error) {
        throw new PlainError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    }
}

/** Generates the sample's client, so that its sources have no errors. A failure is told, and isn't in the way. */
async function prepareSample(): Promise<void> {
    const sample = path.relative(root, sampleDir);
    const what = {
        inputs: [`${sample}/zenstack`, `${sample}/package.json`, 'package-lock.json'],
        outputs: [`${sample}/generated/schema.ts`],
    };
    try {
        await whenChanged('sample', what, async () => {
            say('Sample: zen generate …');
            const { code, output } = await runNpm(['run', '--silent', 'generate', '-w', sample]);
            if (code !== 0) throw new PlainError(output.trim());
        });
    } catch (error) {
        if (!(error instanceof PlainError)) throw error;
        say(`Sample: its client could not be generated, so its TypeScript shows errors:\n${error.message}`);
    }
}

async function startInBrowser(wantedPort: number | undefined, open: boolean): Promise<void> {
    const install = await ensureVsCode(newest, say);
    const place = path.join(cacheDir, 'demo');
    const places = { install, dataDir: path.join(place, 'data'), extensionsDir: path.join(place, 'extensions') };
    const vsix = path.relative(root, vsixFile);
    await whenChanged(
        'demo',
        { inputs: [vsix, 'scripts/vscode'], outputs: [path.relative(root, places.extensionsDir)] },
        async () => {
            say('VS Code: installing the extension …');
            await installExtension(vsixFile, places);
        },
    );
    if (wantedPort && !(await isFree(wantedPort)))
        throw new PlainError(`Port ${wantedPort} is taken; name another one.`);
    const port = wantedPort ?? ((await isFree(usualPort)) ? usualPort : 0);
    const server = await startServer({ ...places, settings: demoSettings, port, gallery: true });
    const schema = toUrlPath(path.join(sampleDir, 'zenstack', 'schema.zmodel'));
    const url = server.url(sampleDir, [['openFile', `vscode-remote://127.0.0.1:${server.port}${schema}`]]);
    say(`
ZModel Auth runs in VS Code ${newest}, with samples/multi-tenant open:

    ${url}

F1, "ZModel Auth: Insert Better Auth Models…" is the main job; broken/schema.zmodel and broken/rules.zmodel show findings and their fixes.
Ctrl+C ends it.`);
    if (open && canOpenBrowser()) await openBrowser(url);
    await server.ended;
    throw new PlainError(`The VS Code server ended.\n${server.output().slice(-2000)}`);
}

async function startDesktop(): Promise<void> {
    const code = await findCode();
    say('VS Code: installing the extension …');
    const installed = await runCode(code, ['--install-extension', vsixFile, '--force']);
    if (installed.code !== 0) throw new PlainError(`\`code --install-extension\` failed:\n${installed.output.trim()}`);
    const schema = path.join(sampleDir, 'zenstack', 'schema.zmodel');
    const opened = await runCode(code, [sampleDir, '--goto', schema]);
    if (opened.code !== 0) throw new PlainError(`\`code ${sampleDir}\` failed:\n${opened.output.trim()}`);
    say('\nZModel Auth is installed in your VS Code, and samples/multi-tenant is open there.');
    say('To remove it: code --uninstall-extension zmodel-auth.zmodel-auth');
}

/** The command line of the VS Code on this machine. */
async function findCode(): Promise<string> {
    for (const name of ['code', 'code-insiders', 'codium']) {
        if ((await runCode(name, ['--version'])).code === 0) return name;
    }
    throw new PlainError(
        'There is no `code` on PATH. Install VS Code from code.visualstudio.com; on macOS run "Shell Command: Install ' +
            "'code' command in PATH\" from its palette. Or leave out --desktop: npm start needs no VS Code of yours.",
    );
}

function runCode(name: string, args: readonly string[]): ReturnType<typeof run> {
    return process.platform === 'win32' ? run('cmd.exe', ['/d', '/c', name, ...args]) : run(name, args);
}

function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const probe = createServer();
        probe.once('error', () => resolve(false));
        probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
}

function canOpenBrowser(): boolean {
    if (process.env['CI'] !== undefined || !process.stdout.isTTY) return false;
    if (process.platform === 'darwin' || process.platform === 'win32') return true;
    return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

async function openBrowser(url: string): Promise<void> {
    const commands: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
        darwin: ['open', url],
        win32: ['rundll32', 'url.dll,FileProtocolHandler', url],
    };
    const [command, ...args] = commands[process.platform] ?? ['xdg-open', url];
    const { code } = await run(command, args, { timeout: 10_000 });
    if (code !== 0) say('(Your browser could not be opened; use the address above.)');
}
