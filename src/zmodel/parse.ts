import { isModel } from '@zenstackhq/language/ast';
import type { Model } from '@zenstackhq/language/ast';
import { createDefaultModule, createDefaultSharedModule } from 'langium/lsp';
import { EmptyFileSystem, inject } from 'langium';
import type { LangiumParser, ParseResult } from 'langium';
import { readUpstream } from './upstream.ts';

/** A syntax error: what the lexer or parser says, and where (offsets; an error at the end of the file is empty). */
export interface SyntaxError {
    message: string;
    start: number;
    end: number;
}

/** One parsed file. The tree is there even when the text has errors; the parser recovers. */
export interface ParsedSource {
    content: string;
    model: Model;
    syntaxErrors: SyntaxError[];
    /** True when the tree says what a newer text says: trees of edited documents are kept, and change. */
    isOutdated?: () => boolean;
}

/** A parsed file whose tree says what its content says: the same, or one that is parsed anew. */
export function withCurrentTree<T extends ParsedSource>(source: T): T {
    if (!source.isOutdated?.()) return source;
    return { ...source, ...parseSource(source.content), isOutdated: () => false };
}

let parser: LangiumParser | undefined;

/** The ZModel parser alone, without documents, linking or editor features. */
function zmodelParser(): LangiumParser {
    if (parser) return parser;
    const upstream = readUpstream();
    const shared = inject(createDefaultSharedModule(EmptyFileSystem), { AstReflection: () => upstream.reflection });
    const services = inject(createDefaultModule({ shared }), {
        Grammar: () => upstream.grammar,
        LanguageMetaData: () => upstream.metaData,
        parser: {},
    });
    shared.ServiceRegistry.register(services);
    parser = services.parser.LangiumParser;
    return parser;
}

/**
 * Turns a parse result into a `ParsedSource`.
 * In: the text and what Langium made of it. Out: the model and its errors with offsets; a parser error
 * without a place (unexpected end of file) is put at the end of the text.
 */
export function toParsedSource(content: string, result: ParseResult): ParsedSource {
    if (!isModel(result.value)) throw new Error(`The parser gave a ${result.value.$type} instead of a Model.`);
    const syntaxErrors = [
        ...result.lexerErrors.map((error) => ({
            message: error.message,
            start: error.offset,
            end: error.offset + error.length,
        })),
        ...result.parserErrors.map((error) => {
            const { startOffset, endOffset } = error.token;
            const start = Number.isNaN(startOffset) ? content.length : startOffset;
            const end = endOffset === undefined || Number.isNaN(endOffset) ? start : endOffset + 1;
            return { message: error.message, start, end };
        }),
    ];
    return { content, model: result.value, syntaxErrors };
}

/** Parses the text of one `.zmodel` file. Never throws on bad input: errors are in the result. */
export function parseSource(content: string): ParsedSource {
    return toParsedSource(content, zmodelParser().parse(content));
}
