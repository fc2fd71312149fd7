import { hasLineBreak, tokensOf } from '../insert/tokens.ts';
import type { Token } from '../insert/tokens.ts';

/** Lines that can be folded away: those after `start`, up to and with `end`. Zero-based. */
export interface Fold {
    start: number;
    end: number;
    kind: 'declaration' | 'rule' | 'comment' | 'comments' | 'imports' | 'region';
}

const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const REGION = /^\/\/\s*#?(region|endregion)\b/;

/**
 * Finds what can be folded: braces, brackets, block comments, runs of line comments, runs of imports and
 * `// #region`s.
 * In: the text of a schema. Out: at most one fold a line, the largest. Needs no tree: works however broken
 * the text is.
 */
export function foldsOf(content: string): Fold[] {
    const folds: Fold[] = [];
    const lineAt = lineCounter(content);
    const open: { text: string; line: number }[] = [];
    const regions: number[] = [];
    const runs = new Runs(folds);
    let previous: Token | undefined;
    for (const token of tokensOf(content)) {
        if (token.kind === 'space') continue;
        const line = lineAt(token.start);
        const startsLine = !previous || hasLineBreak(content.slice(previous.end, token.start));
        previous = token;
        if (token.kind === 'comment') {
            const last = lineAt(token.end);
            if (token.text.startsWith('/*')) folds.push({ start: line, end: last, kind: 'comment' });
            else if (startsLine) {
                const region = REGION.exec(token.text)?.[1];
                const begun = region === 'endregion' ? regions.pop() : undefined;
                if (begun !== undefined) folds.push({ start: begun, end: line, kind: 'region' });
                if (region === 'region') regions.push(line);
                if (region === undefined) runs.add('comments', line);
            }
            continue;
        }
        if (token.text === 'import' && startsLine && open.length === 0) runs.add('imports', line);
        if (token.text === '{' || token.text === '(' || token.text === '[') open.push({ text: token.text, line });
        const opening = PAIRS[token.text];
        if (opening === undefined) continue;
        // A bracket that was never closed ends with what is around it.
        const index = open.findLastIndex(({ text }) => text === opening);
        const [pair] = index < 0 ? [] : open.splice(index);
        const end = startsLine ? line - 1 : line;
        if (pair) folds.push({ start: pair.line, end, kind: opening === '{' ? 'declaration' : 'rule' });
    }
    runs.finish();
    return largest(folds.filter(({ start, end }) => end > start));
}

/** Lines of one kind that follow each other. */
class Runs {
    readonly #folds: Fold[];
    #run: Fold | undefined;

    constructor(folds: Fold[]) {
        this.#folds = folds;
    }

    add(kind: Fold['kind'], line: number): void {
        const run = this.#run;
        if (run?.kind === kind && line - run.end <= 1) run.end = line;
        else {
            this.finish();
            this.#run = { start: line, end: line, kind };
        }
    }

    finish(): void {
        if (this.#run) this.#folds.push(this.#run);
        this.#run = undefined;
    }
}

function largest(folds: readonly Fold[]): Fold[] {
    const byLine = new Map<number, Fold>();
    for (const fold of folds) {
        const known = byLine.get(fold.start);
        if (!known || known.end < fold.end) byLine.set(fold.start, fold);
    }
    return [...byLine.values()].sort((a, b) => a.start - b.start);
}

/** Line numbers of growing offsets. */
function lineCounter(content: string): (offset: number) => number {
    let line = 0;
    let at = 0;
    return (offset) => {
        for (; at < offset; at += 1) {
            const character = content[at];
            if (character === '\n' || (character === '\r' && content[at + 1] !== '\n')) line += 1;
        }
        return line;
    };
}
