/**
 * The set-up that everything starts with. Plain JavaScript for the oldest Node that is met (20), without packages:
 * it runs before any package is there. What comes after it runs on the Node 24 that the install brings.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const lockFile = path.join(root, 'package-lock.json');
const stampFile = path.join(modules, '.zmodel-auth-setup.json');

/** A failure whose message says everything the user needs: it's printed without a stack. */
export class SetupError extends Error {}

/**
 * Makes sure that `node_modules` holds what `package-lock.json` asks for.
 * @returns {Promise<string>} absolute path of the Node 24 to go on with
 * @throws {SetupError} with what is missing and what to do
 */
export async function setUp() {
    const [major = 0] = process.versions.node.split('.').map(Number);
    if (major < 20) {
        throw new SetupError(`Node 20 or newer is needed to start; this is ${process.version}. Get one at nodejs.org.`);
    }
    const lock = readLock();
    if (!isInstalled(lock)) {
        await install();
        if (!holdsEverything(lock)) {
            throw new SetupError('npm ci ended well, but packages are missing. Delete node_modules and start again.');
        }
    }
    const node = findNode24();
    fs.writeFileSync(stampFile, JSON.stringify({ lock: hash(lock), platform: platform() }));
    return node;
}

/**
 * Runs a TypeScript file of scripts/ on Node 24, in the foreground, and ends this process as it ended.
 * @param {string} script path relative to scripts/
 */
export async function continueWith(script) {
    let node;
    try {
        node = await setUp();
    } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        console.error(`\nSet-up failed: ${error.message}`);
        process.exit(1);
    }
    const child = spawn(node, [path.join(root, 'scripts', script), ...process.argv.slice(2)], {
        cwd: root,
        stdio: 'inherit',
        env: withToolsFirst(process.env),
    });
    // A terminal sends Ctrl+C to both, so that the child may get it twice; a kill of this process alone is passed on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    endWithNpm(child);
    child.on('error', (error) => {
        console.error(`Could not run ${node}: ${error.message}`);
        process.exit(1);
    });
    child.on('exit', (code) => process.exit(code ?? 1));
}

/** npm, when it is killed, ends its shell but not what the shell started: that would go on without anybody. */
function endWithNpm(child) {
    if (process.env.npm_lifecycle_event === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
        if (process.ppid !== parent) child.kill('SIGTERM');
    }, 500).unref();
}

function readLock() {
    try {
        return fs.readFileSync(lockFile, 'utf8');
    } catch {
        throw new SetupError(`package-lock.json is missing in ${root}; this isn't a complete checkout.`);
    }
}

/** Whether nothing needs to be done: our stamp fits, or else npm's own record of what it installed does. */
function isInstalled(lock) {
    const stamp = readJson(stampFile);
    if (stamp) return stamp.lock === hash(lock) && stamp.platform === platform();
    return holdsEverything(lock);
}

/** Compares npm's record of an install with the lock file: every package that isn't optional, in its version. */
function holdsEverything(lock) {
    const record = readJson(path.join(modules, '.package-lock.json'));
    if (!record?.packages) return false;
    return Object.entries(JSON.parse(lock).packages).every(
        ([place, wanted]) =>
            !place.includes('node_modules/') ||
            wanted.optional ||
            wanted.devOptional ||
            wanted.peer ||
            wanted.link ||
            record.packages[place]?.version === wanted.version,
    );
}

async function install() {
    const started = Date.now();
    console.log('Set-up: installing packages with npm ci (about half a minute the first time) …');
    // The flags undo NODE_ENV=production and the like: everything here stands on development dependencies.
    const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { code, output } = await npm(args);
    if (code !== 0) {
        console.error(errorsOf(output));
        throw new SetupError(explain(output));
    }
    console.log(`Set-up: packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

function npm(args) {
    const env = Object.fromEntries(
        Object.entries(process.env).filter(
            ([name]) => !/^npm_(lifecycle|package|command$|config_local_prefix$|config_workspace)/i.test(name),
        ),
    );
    // Started by npm, use the same npm; it names its own script.
    const cli = process.env.npm_execpath;
    const isNpm = cli !== undefined && /npm-cli\.c?js$/.test(cli) && fs.existsSync(cli);
    const windows = process.platform === 'win32';
    return new Promise((resolve) => {
        const child = isNpm
            ? spawn(process.execPath, [cli, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
            : spawn('npm', args, { cwd: root, env, shell: windows, stdio: ['ignore', 'pipe', 'pipe'] });
        let output = '';
        child.stdout.on('data', (chunk) => (output += chunk));
        child.stderr.on('data', (chunk) => (output += chunk));
        child.on('error', (error) => resolve({ code: 1, output: `${output}\n${error.message}` }));
        child.on('close', (code) => resolve({ code: code ?? 1, output }));
    });
}

/** The errors in npm's output: without its warnings, and without the usage text that it adds. */
function errorsOf(output) {
    const [errors = ''] = output.split(/^npm error Clean install a project$/m);
    const lines = errors.split('\n').filter((line) => line.trim() !== '' && !/^npm (warn|notice)/.test(line));
    return lines.slice(-40).join('\n');
}

/** What a failed `npm ci` means, in words. */
function explain(output) {
    if (/EUSAGE/.test(output)) return 'package-lock.json does not fit package.json. Run `npm install` and start again.';
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET/.test(output)) {
        return 'the npm registry could not be reached. Check the network, or `npm config get registry`, and start again.';
    }
    if (/ENOSPC/.test(output)) return 'the disk is full; about 1.5 GB are needed.';
    if (/EACCES|EPERM/.test(output))
        return `no permission to write in ${root}. Give yourself the folder and start again.`;
    if (/spawn npm ENOENT/.test(output))
        return 'npm was not found. It comes with Node: install Node 20 or newer with npm.';
    return 'npm ci failed; its output is above. Try `npm ci` by hand, then start again.';
}

/** The Node 24 of scripts/toolchain; on a platform that has none, the running Node when it is new enough. */
function findNode24() {
    const windows = process.platform === 'win32';
    const target = `${windows ? 'win' : process.platform}-${process.arch}`;
    const places = [modules, path.join(root, 'scripts', 'toolchain', 'node_modules')];
    // The packages for newer platforms have the longer name.
    const names = [`node-${target}`, `node-bin-${target}`];
    for (const folder of places.flatMap((place) => names.map((name) => path.join(place, name)))) {
        const binary = path.join(folder, 'bin', windows ? 'node.exe' : 'node');
        if (!fs.existsSync(binary)) continue;
        if (!windows) makeExecutable(binary);
        const version = spawnSync(binary, ['--version'], { encoding: 'utf8' });
        if (version.status === 0) return binary;
        console.log(`Set-up: ${path.basename(folder)} does not run on this machine; trying the Node that is here.`);
    }
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
    throw new SetupError(
        `Node 24 is needed; npm has none for ${process.platform}-${process.arch} that runs here, and this is ${process.version}. ` +
            'Install Node 24 and start again.',
    );
}

function makeExecutable(file) {
    const { mode } = fs.statSync(file);
    if ((mode & 0o111) === 0) fs.chmodSync(file, mode | 0o755);
}

/** The environment with the installed tools, and thereby Node 24, first on PATH. */
function withToolsFirst(env) {
    const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
    return { ...env, [name]: path.join(modules, '.bin') + path.delimiter + (env[name] ?? '') };
}

function readJson(file) {
    try {
        return JSON.parse(fs.readFileSync(file, 'utf8'));
    } catch {
        return undefined;
    }
}

function hash(text) {
    return createHash('sha256').update(text).digest('hex');
}

function platform() {
    return `${process.platform}-${process.arch}`;
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
    try {
        const node = await setUp();
        console.log(`Set-up: ready (Node 24 at ${path.relative(root, node)})`);
    } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        console.error(`\nSet-up failed: ${error.message}`);
        process.exitCode = 1;
    }
}
