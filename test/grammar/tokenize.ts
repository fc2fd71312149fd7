import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createRegistry } from 'vscode-tmgrammar-test/dist/common/index.js';
import { getVSCodeTokens } from 'vscode-tmgrammar-test/dist/snapshot/index.js';
import { createZModelLanguageServices } from '@zenstackhq/language';
import { EmptyFileSystem, URI } from 'langium';
import type { LangiumDocument } from 'langium';

/** The repository's root. */
export const repository = path.resolve(import.meta.dirname, '../..');

/** The grammars that the extension contributes, as paths from the repository's root. */
export const grammars = {
    zmodel: 'syntaxes/zmodel.tmLanguage.json',
    markdown: 'syntaxes/zmodel-markdown-injection.json',
};

/** Fixtures that ZenStack's parser accepts; together they use every construct of the language. */
export const validFixtures = ['declarations.zmodel', 'rules.zmodel', 'odd.zmodel'];

/** Fixtures that it refuses: what a schema looks like while it is typed, and the previous major version. */
export const brokenFixtures = ['unfinished.zmodel'];

/** A stretch of one line with the scopes that the grammar gives it, outermost first. Columns are UTF-16. */
export interface ScopedToken {
    /** Zero-based. */
    line: number;
    start: number;
    end: number;
    text: string;
    scopes: string[];
}

/** Reads a fixture's content. In: its file name. */
export function readFixture(name: string): Promise<string> {
    return readFile(path.join(import.meta.dirname, 'fixtures', name), 'utf8');
}

/**
 * Tokenizes a text as VS Code would.
 * In: the text, the scope of its language, and grammars beside ours (`path` absolute).
 * Out: the tokens of all lines in order.
 */
export async function tokenize(
    text: string,
    scope = 'source.zmodel',
    others: { path: string; scopeName: string }[] = [],
): Promise<ScopedToken[]> {
    const registry = createRegistry([
        { path: path.join(repository, grammars.zmodel), scopeName: 'source.zmodel' },
        {
            path: path.join(repository, grammars.markdown),
            scopeName: 'markdown.zmodel.codeblock',
            injectTo: ['text.html.markdown'],
        },
        ...others,
    ]);
    const lines = await getVSCodeTokens(registry, scope, text);
    return lines.flatMap(({ src, tokens }, line) =>
        tokens.map(({ startIndex, endIndex, scopes }) => {
            const end = Math.min(endIndex, src.length);
            return { line, start: startIndex, end, text: src.slice(startIndex, end), scopes };
        }),
    );
}

const services = createZModelLanguageServices(EmptyFileSystem);

/** The grammar that ZenStack's parser was generated from. */
export const realGrammar = services.ZModelLanguage.Grammar;

/** Names of all kinds of nodes that ZenStack's parser knows, abstract ones (unions) included. */
export const realReflection = services.shared.AstReflection;

/** Parses a text with ZenStack's parser, without linking or validating. */
export function parse(text: string, name: string): LangiumDocument {
    return services.shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse(`memory:///${name}`));
}

/** Runs ZenStack's lexer: comments and white space are left out. Columns are zero-based UTF-16. */
export function lex(text: string): { kind: string; line: number; start: number; text: string }[] {
    return services.ZModelLanguage.parser.Lexer.tokenize(text).tokens.map((token) => ({
        kind: token.tokenType.name,
        line: (token.startLine ?? 1) - 1,
        start: (token.startColumn ?? 1) - 1,
        text: token.image,
    }));
}

/** Whether a token has a scope of its own: more than the language and the construct around it. */
export function isScoped(token: ScopedToken): boolean {
    const innermost = token.scopes.at(-1) ?? '';
    return !innermost.startsWith('source.') && !innermost.startsWith('meta.');
}
