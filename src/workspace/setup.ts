import fs from 'node:fs';
import path from 'node:path';
import type { SetupFacts } from '../model/setup.ts';

/**
 * Reads how the packages around a schema were installed, from package.json and lockfile alone.
 * In: the package's folder; a folder that the search never leaves. Out: what is known; a file that can't
 * be read or parsed leaves its part out.
 */
export function readSetup(packageRoot: string, limit?: string): SetupFacts {
    for (let folder = packageRoot; ; folder = path.dirname(folder)) {
        const text = path.join(folder, 'bun.lock');
        const binary = path.join(folder, 'bun.lockb');
        if (fs.existsSync(text) || fs.existsSync(binary)) {
            return readBun(packageRoot, folder, fs.existsSync(text) ? text : binary);
        }
        if (folder === limit || folder === path.dirname(folder)) return {};
    }
}

function readBun(packageRoot: string, folder: string, lockfile: string): SetupFacts {
    const manifest = path.join(folder, 'package.json');
    const root = readRecord(manifest);
    if (!root) return {};
    const own = readRecord(path.join(packageRoot, 'package.json')) ?? {};
    const dependencies = [own, root].flatMap((each) =>
        ['dependencies', 'devDependencies'].flatMap((kind) => Object.keys(recordIn(each, kind))),
    );
    const overridden = ['overrides', 'resolutions'].some((kind) => Object.hasOwn(recordIn(root, kind), 'chevrotain'));
    const locked = lockfile.endsWith('.lock') ? readLock(lockfile) : {};
    return { bun: { lockfile, manifest, ...locked, overridden, dependencies: [...new Set(dependencies)] } };
}

/** The versions of chevrotain in a text lockfile, and which one Langium, ZenStack's parser, asks for. */
function readLock(lockfile: string): { chevrotain?: string[]; wanted?: string } {
    const lock = readRecord(lockfile, withoutTrailingCommas);
    if (!lock) return {};
    const versions = new Set<string>();
    let wanted: string | undefined;
    for (const entry of Object.values(recordIn(lock, 'packages'))) {
        const [id, , details] = Array.isArray(entry) ? (entry as unknown[]) : [];
        if (typeof id !== 'string') continue;
        const at = id.lastIndexOf('@');
        const name = id.slice(0, at);
        if (name === 'chevrotain') versions.add(id.slice(at + 1));
        const range =
            name === 'langium' ? recordIn(recordIn({ details }, 'details'), 'dependencies')['chevrotain'] : '';
        if (typeof range === 'string' && range !== '') wanted = range;
    }
    return { chevrotain: [...versions].sort(), ...(wanted !== undefined && { wanted }) };
}

/** bun writes its lockfile as JSON with a comma after each last element. */
function withoutTrailingCommas(text: string): string {
    return text.replaceAll(/"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g, (token) => (token === ',' ? '' : token));
}

function readRecord(
    file: string,
    prepare: (text: string) => string = (text) => text,
): Record<string, unknown> | undefined {
    try {
        const value: unknown = JSON.parse(prepare(fs.readFileSync(file, 'utf8')));
        return recordIn({ value }, 'value');
    } catch {
        // A package.json that is missing or being typed says nothing about the set-up; npm and bun report it.
        return undefined;
    }
}

function recordIn(holder: Record<string, unknown>, key: string): Record<string, unknown> {
    const value = holder[key];
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
