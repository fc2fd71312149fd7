/** A place in a text: zero-based line, zero-based UTF-16 code unit, as in LSP. */
export interface Position {
    line: number;
    character: number;
}

/** A stretch of text; `end` is exclusive. */
export interface Range {
    start: Position;
    end: Position;
}

/** A stretch of a file. `file` is an absolute path. */
export interface Location {
    file: string;
    range: Range;
}

/** A stretch of text in UTF-16 code unit offsets; `end` is exclusive. */
export interface Span {
    start: number;
    end: number;
}

/**
 * One edit: the text between the offsets `start` and `end` (UTF-16 code units of the file's current
 * content) becomes `text`. `file` is an absolute path. Changes of one list never overlap and all
 * refer to the content before any of them.
 */
export interface TextChange extends Span {
    file: string;
    text: string;
}

/**
 * Applies the changes of one file to its content.
 * In: the content, changes in any order. Out: the new content.
 * Insertions at the same offset keep the order in which they are listed.
 * Throws when two changes overlap, since the result would depend on the order.
 */
export function applyChanges(content: string, changes: readonly Omit<TextChange, 'file'>[]): string {
    const sorted = changes
        .map((change, index) => ({ change, index }))
        .sort((a, b) => a.change.start - b.change.start || a.change.end - b.change.end || a.index - b.index);
    let result = '';
    let offset = 0;
    for (const { change } of sorted) {
        if (change.start < offset) {
            throw new Error(`Overlapping text changes at offset ${change.start}`);
        }
        result += content.slice(offset, change.start) + change.text;
        offset = change.end;
    }
    return result + content.slice(offset);
}

/** How many UTF-16 code units must be put in, taken out or replaced to make one text of another. */
export function distance(a: string, b: string): number {
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 0; i < a.length; i++) {
        const next = [i + 1];
        for (let j = 0; j < b.length; j++) {
            const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
            next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
        }
        row = next;
    }
    return row.at(-1) ?? 0;
}
