import { distance } from '../../model/text.ts';
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
