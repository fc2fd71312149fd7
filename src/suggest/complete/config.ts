import type { Candidate, CompletionInput } from './candidate.ts';
import type { Lexeme } from './lexer.ts';

/** The provider that makes rules work. */
export const POLICY = '@zenstackhq/plugin-policy';

/** As upstream's datasource validator has them; it doesn't export the list. */
const DATABASES: Readonly<Record<string, string>> = {
    postgresql: 'PostgreSQL',
    sqlite: 'SQLite',
    mysql: 'MySQL',
};

/** What each kind of block may say, the likeliest first. */
const KEYS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    datasource: [
        ['provider', 'the kind of database'],
        ['url', 'how it is reached'],
        ['directUrl', 'how it is reached for migrations'],
        ['defaultSchema', 'the schema of models without @@schema'],
        ['schemas', 'the schemas of the database that are used'],
    ],
    generator: [
        ['provider', 'what generates'],
        ['output', 'where to'],
    ],
    plugin: [
        ['provider', 'the package or file that holds the plugin'],
        ['output', 'where it writes to'],
    ],
};

/** Values that plugins come with: `@zenstackhq/plugin-policy`, and what the command line brings itself. */
const PLUGINS = [
    [POLICY, 'declares @@allow and @@deny'],
    ['@core/prisma', 'writes the Prisma schema'],
    ['@core/typescript', 'writes the TypeScript schema'],
] as const;

/** The keys of a block that are said already, in its text. */
function saidIn(tokens: readonly Lexeme[]): string[] {
    return tokens.flatMap((token, index) =>
        token.kind === 'word' && tokens[index + 1]?.text === '=' ? [token.text] : [],
    );
}

/**
 * Keys and values of a datasource, generator or plugin.
 * In: the block's keyword, the tokens between its braces left of the cursor and right of it. Out: candidates.
 */
export function configCandidates(
    input: CompletionInput,
    keyword: string,
    left: readonly Lexeme[],
    right: readonly Lexeme[],
): Candidate[] {
    const last = left.at(-1);
    if (last?.text === '=') return configValues(input, keyword, left.at(-2)?.text ?? '', left, "'");
    if (last && last.text !== '{' && isOpenValue(left)) return [];
    const said = new Set([...saidIn(left), ...saidIn(right)]);
    const provider = providerIn(left);
    return (KEYS[keyword] ?? [])
        .filter(([name]) => !said.has(name))
        .filter(([name]) => !['schemas', 'defaultSchema'].includes(name) || provider === 'postgresql')
        .filter(([name]) => keyword !== 'plugin' || name !== 'output' || provider?.startsWith('@core/') === true)
        .map(([name, detail]) => ({
            label: name,
            kind: 'property',
            detail,
            insert: `${name} = `,
            filter: name,
            again: true,
        }));
}

/** Brackets of a value are open: a list or a call. */
function isOpenValue(tokens: readonly Lexeme[]): boolean {
    let depth = 0;
    for (const { kind, text } of tokens.slice(1)) {
        if (kind !== 'operator') continue;
        if ('([{'.includes(text)) depth += 1;
        else if (')]}'.includes(text)) depth -= 1;
    }
    return depth > 0;
}

function providerIn(tokens: readonly Lexeme[]): string | undefined {
    const index = tokens.findIndex(({ text }, at) => text === 'provider' && tokens[at + 1]?.text === '=');
    const value = index < 0 ? undefined : tokens[index + 2];
    return value?.kind === 'string' ? value.text.slice(1, -1) : undefined;
}

/** The values of a key; `quote`: what to put around them, empty within a string. */
export function configValues(
    input: CompletionInput,
    keyword: string,
    key: string,
    left: readonly Lexeme[],
    quote: string,
): Candidate[] {
    const text = (value: string, detail: string): Candidate => ({
        label: `${quote}${value}${quote}`,
        kind: 'value',
        detail,
        insert: `${quote}${value}${quote}`,
        filter: `${quote}${value}${quote} ${value}`,
    });
    if (key === 'url' || key === 'directUrl') return urls(providerIn(left) ?? input.view.provider, quote, text);
    if (key !== 'provider') return [];
    if (keyword === 'datasource') return Object.entries(DATABASES).map(([value, detail]) => text(value, detail));
    if (keyword === 'generator') return [text('prisma-client-js', 'the client of Prisma')];
    const used = new Set(input.view.plugins.map(({ provider }) => provider));
    return PLUGINS.filter(([value]) => !used.has(value)).map(([value, detail]) => text(value, detail));
}

function urls(
    provider: string | undefined,
    quote: string,
    text: (value: string, detail: string) => Candidate,
): Candidate[] {
    const env: Candidate = {
        label: "env('DATABASE_URL')",
        kind: 'function',
        detail: 'from the environment',
        insert: "env('${1:DATABASE_URL}')",
        isSnippet: true,
        filter: 'env',
    };
    const local = text('file:./dev.db', 'a file beside the schema');
    const known: Readonly<Record<string, Candidate[]>> = {
        sqlite: [local],
        postgresql: [text('postgresql://user:password@localhost:5432/database', 'PostgreSQL')],
        mysql: [text('mysql://user:password@localhost:3306/database', 'MySQL')],
    };
    const direct = (provider === undefined ? undefined : known[provider]) ?? [local];
    if (quote === '') return direct;
    return provider === 'sqlite' ? [...direct, env] : [env, ...direct];
}

/** Paths for an import, with quotes unless within a string. */
export function importCandidates(input: CompletionInput, quote: string): Candidate[] {
    const imported = new Set(
        input.view.files
            .find(({ file }) => file === input.file)
            ?.imports.map(({ path }) => path.replace(/\.zmodel$/, '')),
    );
    return input
        .importPaths()
        .filter((path) => !imported.has(path))
        .map((path) => ({
            label: `${quote}${path}${quote}`,
            kind: 'file',
            detail: `${path}.zmodel`,
            insert: `${quote}${path}${quote}`,
            filter: `${quote}${path}${quote} ${path}`,
        }));
}

/** Between declarations: what may begin there. */
export function topLevel({ view, file }: CompletionInput, isFirst: boolean): Candidate[] {
    const own = view.declarations.some((declaration) => declaration.file === file);
    const keyword = (label: string, detail: string): Candidate => ({
        label,
        kind: 'keyword',
        detail,
        insert: `${label} `,
        filter: label,
        again: true,
    });
    const imported = keyword('import', 'another file of the schema');
    return [
        ...(isFirst && !own ? [imported] : []),
        keyword('model', 'a table'),
        keyword('type', 'fields to share, the shape of a JSON field, or of auth()'),
        keyword('enum', 'a list of values'),
        ...(isFirst && own ? [imported] : []),
        ...(view.datasource ? [] : [keyword('datasource', 'the database')]),
        keyword('plugin', 'what generates or declares more'),
        keyword('view', 'a view of the database'),
        keyword('procedure', 'a custom procedure that reads'),
        { ...keyword('mutation procedure', 'a custom procedure that writes'), again: false },
    ];
}

/** Names for a plugin, with all of its block. */
export function pluginNames({ view }: CompletionInput): Candidate[] {
    const used = new Set(view.plugins.map(({ provider }) => provider));
    return used.has(POLICY)
        ? []
        : [
              {
                  label: 'policy',
                  kind: 'snippet',
                  detail: POLICY,
                  documentation:
                      'Declares `@@allow` and `@@deny`. At run time they hold only for a client made with `.$use(new PolicyPlugin())`.',
                  insert: `policy {\n\tprovider = '${POLICY}'\n}`,
                  isSnippet: true,
              },
          ];
}
