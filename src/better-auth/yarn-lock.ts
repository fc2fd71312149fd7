import { load } from 'js-yaml';
import { property } from './tables.ts';

/**
 * Reads the version of a package from a yarn.lock: YAML since Yarn 2, a format of its own before.
 * In: the file's content, the package's name, the range that package.json has for it.
 * Out: the version that this range is locked to, or the only one that the file has; else undefined.
 */
export function readYarnLock(content: string, name: string, range: string | undefined): string | undefined {
    const entries = /^__metadata:/m.test(content) ? readBerry(content) : readClassic(content);
    const own = entries.filter(({ requests }) => requests.some((each) => each.startsWith(`${name}@`)));
    const wanted = [`${name}@${range ?? ''}`, `${name}@npm:${range ?? ''}`];
    const found = own.find(({ requests }) => requests.some((each) => wanted.includes(each)));
    return found?.version ?? (own.length === 1 ? own[0]?.version : undefined);
}

interface Entry {
    /** `better-auth@^1.4.0`, or `better-auth@npm:^1.4.0`. */
    requests: string[];
    version: string;
}

function readBerry(content: string): Entry[] {
    let lock: unknown;
    try {
        lock = load(content);
    } catch {
        // A lock file that does not parse (while it is being merged, say) tells nothing.
        return [];
    }
    return Object.entries(typeof lock === 'object' && lock !== null ? lock : {}).flatMap(([key, entry]) => {
        const version = property(entry, 'version');
        return typeof version === 'string' ? [{ requests: key.split(', '), version }] : [];
    });
}

/** Entries start in the first column and end with a colon; their properties are indented, values quoted. */
function readClassic(content: string): Entry[] {
    const entries: Entry[] = [];
    let requests: string[] = [];
    for (const line of content.split(/\r?\n/)) {
        if (/^["\w@].*:$/.test(line)) {
            requests = line
                .slice(0, -1)
                .split(', ')
                .map((each) => each.replace(/^"|"$/g, ''));
        }
        const version = /^ {2}version "?([^"]+)"?$/.exec(line)?.[1];
        if (version !== undefined) {
            entries.push({ requests, version });
        }
    }
    return entries;
}
