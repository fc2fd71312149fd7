import type { SchemaFileView, SchemaView } from '../model/schema-view.ts';
import { distance } from '../model/text.ts';
import type { Span } from '../model/text.ts';
import { answersTo, normalizeName, plural } from './names.ts';
import { hasLineBreak, tokensOf } from './tokens.ts';
import type { Token } from './tokens.ts';

/** A name that occurs where syntax errors may hide a declaration. */
export interface HiddenName extends Span {
    text: string;
    file: string;
}

/** What the parts of a schema that don't parse may hide. */
export interface Damage {
    /** Where the name of a model that the adapter would find under `runtimeName` occurs; undefined when nowhere. */
    findModel: (runtimeName: string) => HiddenName | undefined;
    /** Whether a text, such as `@@auth`, occurs in these parts. */
    mentions: (text: string) => boolean;
    /** Whether one of the words is this. */
    hasWord: (word: string) => boolean;
    /** An import that the errors may have made unreadable, so that a whole file may be missing. */
    lostImport?: HiddenName;
}

const NONE: Damage = { findModel: () => undefined, mentions: () => false, hasWord: () => false };

/** Kept because every lacking table asks. */
const known = new WeakMap<SchemaView, Damage>();

/**
 * Reads the parts of a schema's files that no intact declaration covers, in files with syntax errors.
 * Whatever is declared there may be missing from the view.
 */
export function damageOf(view: SchemaView): Damage {
    if (!view.files.some(({ hasSyntaxErrors }) => hasSyntaxErrors)) return NONE;
    const before = known.get(view);
    if (before) return before;
    const damage = readDamage(view);
    known.set(view, damage);
    return damage;
}

interface Part extends Span {
    file: SchemaFileView;
    tokens: Token[];
}

function readDamage(view: SchemaView): Damage {
    const parts = view.files
        .filter(({ hasSyntaxErrors }) => hasSyntaxErrors)
        .flatMap((file) => damagedParts(view, file));
    const words = parts.flatMap((part) => [...wordsOf(part)]);
    const texts = new Set(words.map(({ text }) => text));
    const headings = parts.flatMap((part) => [...headingsOf(part)]);
    const lostImport = findLostImport(parts);
    return {
        findModel: (runtimeName) => {
            const names = [runtimeName, plural(runtimeName)];
            const isSame = ({ text, isMapped }: (typeof words)[number]): boolean =>
                isMapped ? names.some((name) => answersTo(text, name)) : answersTo(text, runtimeName);
            return words.find(isSame) ?? headings.find(({ text }) => isNearly(text, runtimeName));
        },
        mentions: (text) => parts.some(({ file, start, end }) => file.content.slice(start, end).includes(text)),
        hasWord: (word) => texts.has(word),
        ...(lostImport && { lostImport }),
    };
}

function damagedParts(view: SchemaView, file: SchemaFileView): Part[] {
    const whole = [
        ...view.declarations.filter((declaration) => declaration.file === file.file && declaration.intact),
        ...view.enums.filter((each) => each.file === file.file && isWholeEnum(file.content, each.span)),
    ]
        .map(({ span }) => span)
        .sort((a, b) => a.start - b.start);
    const parts: Part[] = [];
    let from = 0;
    for (const { start, end } of [...whole, { start: file.content.length, end: file.content.length }]) {
        if (start > from)
            parts.push({ file, start: from, end: start, tokens: tokensBetween(file.content, from, start) });
        from = Math.max(from, end);
    }
    return parts;
}

/**
 * The tokens of a part, which begins where a declaration ends and so never inside a token. What is between two
 * quotes that are lines apart is read as text: one of them may be too much. So is a comment that ends in a brace
 * while the lines below it are none: the rest of its declaration may stand there.
 */
function tokensBetween(content: string, start: number, end: number): Token[] {
    const tokens: Token[] = [];
    for (const token of tokensOf(content, start)) {
        if (token.start >= end) break;
        const isHeading =
            token.kind === 'comment' && /\{\s*$/.test(token.text) && !isFollowedByComment(content, token.end);
        if (isHeading || (token.kind === 'string' && hasLineBreak(token.text))) {
            const { length } = /^\W*/.exec(token.text)?.[0] ?? '';
            tokens.push({ ...token, kind: 'other', end: token.start + length, text: token.text.slice(0, length) });
            tokens.push(...[...tokensOf(token.text, length)].map((inner) => shifted(inner, token.start)));
        } else tokens.push(token);
    }
    return tokens;
}

function shifted(token: Token, offset: number): Token {
    return { ...token, start: token.start + offset, end: token.end + offset };
}

function isFollowedByComment(content: string, offset: number): boolean {
    for (const { kind } of tokensOf(content, offset)) if (kind !== 'space') return kind === 'comment';
    return false;
}

/** An enum whose brace was not closed would hold those of the declaration after it. */
function isWholeEnum(content: string, { start, end }: Span): boolean {
    const text = content.slice(start, end);
    return /^enum\b/.test(text) && text.endsWith('}') && text.split('{').length === 2;
}

/** A name, or what `@@map` says. */
function* wordsOf({ file, tokens }: Part): Generator<HiddenName & { isMapped: boolean }> {
    const significant = tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
    for (const [index, token] of significant.entries()) {
        const place = { file: file.file, start: token.start, end: token.end };
        if (token.kind === 'word') {
            if (!isFieldName(file.content, significant[index - 1], token, significant[index + 1]))
                yield { ...place, text: token.text, isMapped: false };
        } else if (token.kind === 'string') {
            const before = significant.slice(Math.max(0, index - 6), index).map(({ text }) => text);
            if (before.join('').includes('@@map(')) yield { ...place, text: token.text.slice(1, -1), isMapped: true };
        }
    }
}

/** What may be the name in the first line of a declaration, or that whole line without what no name holds. */
function* headingsOf({ file, tokens }: Part): Generator<HiddenName> {
    let line: Token[] = [];
    for (const token of [...tokens, undefined]) {
        if (token && token.kind !== 'comment' && !hasLineBreak(token.text)) {
            if (token.kind !== 'space') line.push(token);
            continue;
        }
        const [first, second, third] = line;
        const last = line.at(-1);
        if (first && last && line.some(({ text }) => text === '{')) {
            for (const { kind, text, start, end } of [first, second, third].filter((each) => each !== undefined)) {
                if (kind === 'word') yield { text, file: file.file, start, end };
            }
            const odd = line.length > 3 || line.some(({ kind, text }) => kind !== 'word' && text !== '{');
            const place = { file: file.file, start: first.start, end: last.end };
            if (odd) yield { text: file.content.slice(first.start, last.end).replaceAll(/\W/g, ''), ...place };
        } else if (first?.kind === 'word' && second?.kind === 'word' && line.length === 2) {
            yield { text: second.text, file: file.file, start: second.start, end: second.end };
        }
        line = [];
    }
}

/** Whether a name with a slip of the hand in it, or a line that holds one. */
function isNearly(text: string, runtimeName: string): boolean {
    const [written, name] = [normalizeName(text), normalizeName(runtimeName)];
    const keyword = /^(?:model|view)/.exec(written)?.[0] ?? '';
    const slips = name.length < 6 ? 1 : 2;
    return distance(written, name) <= slips || distance(written.slice(keyword.length), name) <= slips;
}

/** The first of two words on a line: `account String`; but not in `User extends Base`. */
function isFieldName(content: string, previous: Token | undefined, word: Token, next: Token | undefined): boolean {
    const isFirst = previous === undefined || hasLineBreak(content.slice(previous.end, word.start));
    if (!isFirst || next?.kind !== 'word' || next.text === 'extends' || next.text === 'with') return false;
    return !hasLineBreak(content.slice(word.end, next.start));
}

/**
 * An import that isn't among those that were read. Imports stand before all declarations, so that a string before
 * the first brace is one, whatever became of its keyword.
 */
function findLostImport(parts: readonly Part[]): HiddenName | undefined {
    for (const { file, start, tokens } of parts) {
        const significant = tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
        let isHead = start === 0;
        for (const [index, token] of significant.entries()) {
            if (token.text === '{') isHead = false;
            const isString = token.kind === 'string' || /^["']/.test(token.text);
            const isPath = /^["']\.{1,2}\//.test(file.content.slice(token.start, token.start + 4));
            const isLost =
                token.text === 'import'
                    ? significant[index + 1]?.kind === 'other'
                    : isString && (isHead || (isPath && significant[index - 1]?.text !== '='));
            if (!isLost || file.imports.some(({ span, resolved }) => span.start === token.start && resolved)) continue;
            return { file: file.file, start: token.start, end: token.end, text: token.text };
        }
    }
    return undefined;
}
