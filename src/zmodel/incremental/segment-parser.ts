import { isModel } from '@zenstackhq/language/ast';
import type { AbstractDeclaration, Model, ModelImport } from '@zenstackhq/language/ast';
import { createParser, LangiumParser } from 'langium';
import type { LangiumCoreServices, ParseResult } from 'langium';
import { countLines } from './segments.ts';
import { SegmentCstBuilder, SegmentRoot } from './segment-cst.ts';

type ParserError = ParseResult['parserErrors'][number];
type LexerError = ParseResult['lexerErrors'][number];
type Token = ParserError['token'];

/** A segment's tree, with errors whose places are within the segment. */
export interface ParsedSegment {
    text: string;
    /** Line breaks in the text. */
    lines: number;
    root: SegmentRoot;
    imports: ModelImport[];
    declarations: AbstractDeclaration[];
    lexerErrors: LexerError[];
    parserErrors: ParserError[];
}

/** Langium's parser, for texts whose trees are moved about in a larger one. */
class SegmentLangiumParser extends LangiumParser {
    constructor(services: LangiumCoreServices) {
        super(services);
        // Langium keeps it to itself, and offers no other way to bring a builder of one's own.
        Reflect.set(this, 'nodeBuilder', new SegmentCstBuilder());
    }
}

/** Parses segments: pieces of a file that are declarations by themselves. */
export class SegmentParser {
    readonly #services: LangiumCoreServices;
    #parser: LangiumParser | undefined;

    constructor(services: LangiumCoreServices) {
        this.#services = services;
    }

    /** Never throws on bad input: errors are in the result. */
    parse(text: string): ParsedSegment {
        if (!this.#parser) {
            const { Grammar, parser } = this.#services;
            this.#parser = new SegmentLangiumParser(this.#services);
            createParser(Grammar, this.#parser, parser.Lexer.definition);
            this.#parser.finalize();
        }
        const { value, lexerErrors, parserErrors } = this.#parser.parse<Model>(text);
        const root = value.$cstNode?.root;
        if (!isModel(value) || !(root instanceof SegmentRoot))
            throw new Error(`The parser gave a ${value.$type} instead of a Model.`);
        const { imports, declarations } = value;
        return { text, lines: countLines(text), root, imports, declarations, lexerErrors, parserErrors };
    }
}

/** True for what the grammar doesn't accept: a segment, or a file. */
export function hasErrors({ lexerErrors, parserErrors }: Pick<ParseResult, 'lexerErrors' | 'parserErrors'>): boolean {
    return lexerErrors.length + parserErrors.length > 0;
}

/** True when an error may come from where a segment was cut off: it is at its end. */
export function failsAtEnd({ text, lexerErrors, parserErrors }: ParsedSegment): boolean {
    const end = text.trimEnd().length;
    return (
        lexerErrors.some(({ offset, length }) => offset + length >= end) ||
        parserErrors.some(({ token }) => Number.isNaN(token.startOffset) || (token.endOffset ?? 0) + 1 >= end)
    );
}

/** True when an error may come from where a segment was cut off: it is at its first token. */
export function failsAtStart({ root, lexerErrors, parserErrors }: ParsedSegment): boolean {
    const [first] = parserErrors;
    const start = root.content.find(({ hidden }) => !hidden);
    const relative = start === undefined ? Infinity : start.offset - root.base;
    return lexerErrors.length > 0 || (first !== undefined && !(first.token.startOffset > relative));
}

/**
 * A segment's errors with their places in the file.
 * In: the segment, whether it is the file's last: there, what is missing is missing at the file's end.
 */
export function placedErrors(
    { root, lexerErrors, parserErrors }: ParsedSegment,
    isLast: boolean,
): {
    lexerErrors: LexerError[];
    parserErrors: ParserError[];
} {
    const { base, line } = root;
    return {
        lexerErrors: lexerErrors.map((error) => ({
            ...error,
            offset: error.offset + base,
            ...(error.line !== undefined && { line: error.line + line }),
        })),
        parserErrors: parserErrors.map((error) => {
            const previous = 'previousToken' in error && isToken(error.previousToken) ? error.previousToken : undefined;
            const isAtEnd = Number.isNaN(error.token.startOffset);
            const token = isAtEnd && !isLast && previous ? behind(error.token, previous) : error.token;
            return {
                name: error.name,
                message: error.message,
                context: error.context,
                token: placed(token, base, line),
                resyncedTokens: error.resyncedTokens.map((each) => placed(each, base, line)),
                ...(previous && { previousToken: placed(previous, base, line) }),
            };
        }),
    };
}

function isToken(value: unknown): value is Token {
    return typeof value === 'object' && value !== null && 'startOffset' in value;
}

/** A token that isn't there, right behind another one. */
function behind(token: Token, previous: Token): Token {
    if (previous.endOffset === undefined || previous.endColumn === undefined) return token;
    return {
        ...token,
        startOffset: previous.endOffset + 1,
        endOffset: previous.endOffset,
        ...(previous.endLine !== undefined && { startLine: previous.endLine, endLine: previous.endLine }),
        startColumn: previous.endColumn + 1,
        endColumn: previous.endColumn,
    };
}

function placed(token: Token, base: number, line: number): Token {
    return {
        ...token,
        startOffset: token.startOffset + base,
        ...(token.endOffset !== undefined && { endOffset: token.endOffset + base }),
        ...(token.startLine !== undefined && { startLine: token.startLine + line }),
        ...(token.endLine !== undefined && { endLine: token.endLine + line }),
    };
}
