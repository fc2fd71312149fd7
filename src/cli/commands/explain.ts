import { explainableCodes, readPage } from '../pages.ts';
import { EXIT, UsageError } from '../terminal.ts';
import type { ExitCode, Terminal } from '../terminal.ts';

/** Prints the page of a diagnostic code. Throws `UsageError` with the known codes when there is none. */
export function explain(terminal: Terminal, code: string): ExitCode {
    const page = readPage(code);
    if (page !== undefined) {
        terminal.out(page.endsWith('\n') ? page : `${page}\n`);
        return EXIT.ok;
    }
    throw unknownCode(code);
}

/** Throws `UsageError` when one of the codes doesn't exist. */
export function requireCodes(codes: readonly string[]): void {
    const known = explainableCodes();
    const unknown = codes.find((code) => !known.includes(code));
    if (unknown !== undefined) throw unknownCode(unknown);
}

function unknownCode(code: string): UsageError {
    const codes = explainableCodes();
    const near = codes.filter((known) => distance(known, code.toLowerCase()) <= 3);
    return new UsageError(
        [
            `"${code}" is no diagnostic code.${near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ''} The codes are:`,
            ...codes.map((known) => `  ${known}`),
        ].join('\n'),
    );
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
