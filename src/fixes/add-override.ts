import { tokensOf } from '../insert/tokens.ts';
import type { FixData } from '../model/fix.ts';
import type { TextChange } from '../model/text.ts';
import { endOfLine, indentationAt } from './lines.ts';

/** A member's value in a JSON text: offsets of its first character and after its last. */
interface Place {
    start: number;
    end: number;
}

/**
 * Adds an override to a package.json, in the layout of the text.
 * In: the fix's data, the file's present content. Out: the edit; none when the content isn't JSON or has
 * an override of that name.
 */
export function addOverride(
    { manifest, name, version }: Extract<FixData, { kind: 'add-override' }>,
    content: string | undefined,
): TextChange[] {
    const root = content === undefined ? undefined : parseObject(content);
    if (content === undefined || !root) return [];
    const members = membersOf(content, content.indexOf('{'));
    const own = members.get('overrides');
    const unit = indentationOf(content) ?? '  ';
    const eol = endOfLine(content);
    const entry = `${JSON.stringify(name)}: ${JSON.stringify(version)}`;
    if (!own) {
        const value = `{${eol}${unit}${unit}${entry}${eol}${unit}}`;
        return [insertMember(manifest, content, content.indexOf('{'), `"overrides": ${value}`, unit)];
    }
    const { overrides } = root;
    if (typeof overrides !== 'object' || overrides === null || Array.isArray(overrides)) return [];
    if (Object.hasOwn(overrides, name)) return [];
    return [insertMember(manifest, content, own.start, entry, unit)];
}

function parseObject(content: string): Record<string, unknown> | undefined {
    try {
        const value: unknown = JSON.parse(content);
        return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
    } catch {
        // A text that is being typed has no certain place for the member.
        return undefined;
    }
}

/** Puts a member behind the last one of the object that opens at an offset. */
function insertMember(file: string, content: string, open: number, member: string, unit: string): TextChange {
    const eol = endOfLine(content);
    const last = [...membersOf(content, open).values()].at(-1);
    const indent = indentationAt(content, open + 1) + unit;
    if (last) return { file, start: last.end, end: last.end, text: `,${eol}${indent}${member}` };
    const start = open + 1;
    const gap = /^\s*/.exec(content.slice(start))?.[0].length ?? 0;
    return { file, start, end: start + gap, text: `${eol}${indent}${member}${eol}${indentationAt(content, open + 1)}` };
}

/** The members of the object that opens at an offset of a valid JSON text. */
function membersOf(content: string, open: number): Map<string, Place> {
    const members = new Map<string, Place>();
    let depth = 0;
    let key: string | undefined;
    let start: number | undefined;
    let end = open + 1;
    for (const token of tokensOf(content, open)) {
        if (token.kind === 'space') continue;
        const closes = token.text === '}' || token.text === ']';
        if (depth === 1 && (token.text === ',' || closes)) {
            if (key !== undefined && start !== undefined) members.set(key, { start, end });
            key = start = undefined;
        } else if (depth === 1 && token.text === ':' && start === undefined) start = -1;
        else if (depth === 1 && key === undefined && token.kind === 'string') key = JSON.parse(token.text) as string;
        else if (start === -1) start = token.start;
        if (token.text === '{' || token.text === '[') depth += 1;
        if (closes) depth -= 1;
        end = token.end;
        if (depth === 0) break;
    }
    return members;
}

/** One level of indentation: that of the first member. */
function indentationOf(content: string): string | undefined {
    return /\n([ \t]+)"/.exec(content)?.[1];
}
