import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { cacheDir, root } from '../lib/paths.ts';
import { PlainError, run } from '../lib/process.ts';
import { hashOf } from '../lib/stamp.ts';

/** A browser that runs here: its executable, and the environment that it needs on top of ours. */
export interface FoundBrowser {
    readonly executable: string;
    readonly env: Readonly<Record<string, string>>;
}

const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

const commands = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome', 'msedge'];

/**
 * Finds a Chromium: `CHROME_PATH`, the machine's own, or the one from npm, unpacked into the cache.
 * @param say receives lines about what is being unpacked or installed
 * @throws PlainError naming what to install when none can be had
 */
export async function findBrowser(say: (line: string) => void): Promise<FoundBrowser> {
    const named = process.env['CHROME_PATH'];
    if (named !== undefined && named !== '') {
        if (await starts(named, {})) return { executable: named, env: {} };
        throw new PlainError(
            `CHROME_PATH names ${named}, which does not start. Name a Chrome or Chromium, or unset it.`,
        );
    }
    for (const executable of placesOnThisMachine()) {
        if (fs.existsSync(executable) && (await starts(executable, {}))) return { executable, env: {} };
    }
    if (process.platform === 'linux' && process.arch === 'x64') {
        const fromNpm = await browserFromNpm(say);
        if (fromNpm) return fromNpm;
    }
    const installed = await installFromDebian(say);
    if (installed) return installed;
    throw new PlainError(
        'No browser was found for the tests. Install Google Chrome or Chromium (on Debian: apt-get install chromium), ' +
            'or set CHROME_PATH to one.',
    );
}

/** Starts a browser, headless, with a fresh profile. */
export function launchBrowser(found: FoundBrowser): Promise<Browser> {
    return chromium.launch({ executablePath: found.executable, args: flags, env: definedEnvironment(found.env) });
}

function placesOnThisMachine(): string[] {
    const onPath = (process.env['PATH'] ?? '')
        .split(path.delimiter)
        .filter((folder) => folder !== '')
        .flatMap((folder) =>
            commands.map((name) => path.join(folder, process.platform === 'win32' ? `${name}.exe` : name)),
        );
    if (process.platform === 'darwin') {
        const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
        return [...apps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`), ...onPath];
    }
    if (process.platform === 'win32') {
        const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(
            (name) => process.env[name] ?? [],
        );
        const apps = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
        return [...folders.flatMap((folder) => apps.map((app) => path.join(folder, app))), ...onPath];
    }
    return onPath;
}

async function starts(executable: string, env: Readonly<Record<string, string>>): Promise<boolean> {
    // On Windows `--version` opens a window instead of answering; there, what exists is taken to start.
    if (process.platform === 'win32') return fs.existsSync(executable);
    const { code } = await run(executable, ['--version'], { env: { ...process.env, ...env }, timeout: 20_000 });
    return code === 0;
}

/** The Chromium of the npm package `@sparticuz/chromium`, with the libraries and fonts that come along. */
async function browserFromNpm(say: (line: string) => void): Promise<FoundBrowser | undefined> {
    const source = path.join(root, 'node_modules', '@sparticuz', 'chromium');
    if (!fs.existsSync(path.join(source, 'bin', 'chromium.br'))) return undefined;
    const { version } = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8')) as { version: string };
    const place = path.join(cacheDir, `chromium-${version}`);
    const stamp = path.join(place, '.complete');
    const recipe = hashOf(['scripts/vscode/browser.ts']);
    if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== recipe) {
        say(`Chromium ${version}: unpacking it …`);
        await unpackBrowser(path.join(source, 'bin'), place, recipe);
    }
    const executable = path.join(place, 'chromium');
    const fonts = { FONTCONFIG_FILE: path.join(place, 'fonts.conf') };
    const withLibraries = { ...fonts, LD_LIBRARY_PATH: path.join(place, 'lib') };
    if (await starts(executable, withLibraries)) return { executable, env: withLibraries };
    if (await starts(executable, fonts)) return { executable, env: fonts };
    return undefined;
}

async function unpackBrowser(source: string, place: string, recipe: string): Promise<void> {
    const work = `${place}.${process.pid}`;
    fs.rmSync(work, { recursive: true, force: true });
    fs.mkdirSync(work, { recursive: true });
    for (const name of ['chromium', 'al2023.tar', 'fonts.tar', 'swiftshader.tar']) {
        const target = path.join(work, name);
        const packed = fs.createReadStream(path.join(source, `${name}.br`));
        await pipeline(packed, createBrotliDecompress(), fs.createWriteStream(target));
        if (!name.endsWith('.tar')) continue;
        const { code, output } = await run('tar', ['-xf', name], { cwd: work });
        if (code !== 0) throw new PlainError(`${name} could not be unpacked; is \`tar\` on PATH?\n${output.trim()}`);
        fs.rmSync(target);
    }
    fs.chmodSync(path.join(work, 'chromium'), 0o755);
    fs.writeFileSync(path.join(work, 'fonts.conf'), fontsConfiguration(place));
    fs.writeFileSync(path.join(work, '.complete'), recipe);
    fs.rmSync(place, { recursive: true, force: true });
    fs.renameSync(work, place);
}

/** The machine's fonts where it has some, else those that come along: without any font Chromium ends at once. */
function fontsConfiguration(place: string): string {
    return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>/usr/share/fonts</dir>
  <dir>${path.join(place, 'fonts')}</dir>
  <cachedir>${path.join(place, 'font-cache')}</cachedir>
</fontconfig>
`;
}

/** As root on Debian and its kin, installs Chromium itself; anybody else is told to by the caller. */
async function installFromDebian(say: (line: string) => void): Promise<FoundBrowser | undefined> {
    if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return undefined;
    say('Chromium: installing the package of Debian (apt-get install chromium) …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    const { code, output } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
        env,
    });
    if (code !== 0) {
        say(output.trim());
        return undefined;
    }
    const executable = '/usr/bin/chromium';
    return (await starts(executable, {})) ? { executable, env: {} } : undefined;
}

function definedEnvironment(extra: Readonly<Record<string, string>>): Record<string, string> {
    const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { ...Object.fromEntries(own), ...extra };
}
