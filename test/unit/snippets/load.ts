import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One entry of a VS Code snippet file, with its lists normalised. */
export interface StaticSnippet {
    name: string;
    prefixes: string[];
    /** Lines joined by line feeds. */
    body: string;
    description: string;
}

/**
 * Reads the contributed snippet file.
 * Out: its snippets in order. Throws on anything that VS Code wouldn't take, naming the snippet.
 */
export function loadSnippets(): StaticSnippet[] {
    const file = path.resolve(import.meta.dirname, '../../../snippets/zmodel.json');
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Object.entries(record(parsed, file)).map(([name, entry]) => {
        const { prefix, body, description, ...others } = record(entry, name);
        if (Object.keys(others).length > 0) {
            throw new Error(`${name}: unknown members ${Object.keys(others).join(', ')}`);
        }
        if (typeof description !== 'string') {
            throw new Error(`${name}: no description`);
        }
        return { name, prefixes: strings(prefix, name), body: strings(body, name).join('\n'), description };
    });
}

function record(value: unknown, what: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new Error(`${what}: not an object`);
    }
    return { ...value };
}

function strings(value: unknown, name: string): string[] {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.map((one) => {
        if (typeof one !== 'string') {
            throw new Error(`${name}: not a string: ${String(one)}`);
        }
        return one;
    });
}
