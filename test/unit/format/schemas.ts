import fc from 'fast-check';

/** White space and comments between two tokens, some of which look like code. */
const gap = (eol: string, docs: boolean): fc.Arbitrary<string> =>
    fc
        .array(
            fc.oneof(
                { weight: 6, arbitrary: fc.constantFrom(' ', '  ', '\t') },
                { weight: 3, arbitrary: fc.constantFrom(eol, `${eol}${eol}  `, `  ${eol}`) },
                {
                    weight: 1,
                    arbitrary: fc.constantFrom(
                        `// } " && || ${eol}`,
                        '/* || */',
                        ' /** { */ ',
                        `/* two${eol}lines */ `,
                        `/**${eol}  * stars${eol}\t*/${eol}`,
                        ...(docs ? [`/// about ( it${eol}`, `${eol}  /// }${eol}`] : []),
                    ),
                },
            ),
            { minLength: 1, maxLength: 3 },
        )
        .map((parts) => parts.join(''));

/** Tokens of an expression; `null` marks where white space may be missing. */
type Tokens = string[];

const operand: fc.Arbitrary<Tokens> = fc.constantFrom<Tokens>(
    ['auth', '(', ')', '.', 'organizationId', '==', 'organizationId'],
    ['auth', '(', ')', '!=', 'null'],
    ['!', 'published'],
    ['check', '(', 'list', ',', "'read'", ')'],
    ['this', '.', 'owner', '.', 'name', 'in', '[', "'a && b'", ',', '"c"', ']'],
    ['level', '>=', '-1'],
    ['now', '(', ')', '<', 'createdAt'],
    ['{', 'a', ':', '1', '}', '==', 'data'],
    ['true'],
);

const expression: fc.Arbitrary<Tokens> = fc.letrec<{ chain: Tokens; term: Tokens }>((tie) => ({
    term: fc.oneof(
        { maxDepth: 2 },
        { weight: 4, arbitrary: operand },
        { weight: 1, arbitrary: tie('chain').map((inner) => ['(', ...inner, ')']) },
        { weight: 1, arbitrary: tie('chain').map((inner) => ['members', '?', '[', ...inner, ']']) },
        {
            weight: 1,
            arbitrary: tie('chain').map((inner) => ['organization', '.', 'members', '^', '[', 'm', ',', ...inner, ']']),
        },
    ),
    chain: fc
        .tuple(tie('term'), fc.array(fc.tuple(fc.constantFrom('&&', '||'), tie('term')), { maxLength: 3 }))
        .map(([first, rest]) => [...first, ...rest.flatMap(([operator, term]) => [operator, ...term])]),
})).chain;

const rule = fc
    .tuple(fc.constantFrom('@@allow', '@@deny'), fc.constantFrom("'read'", "'create,update'"), expression)
    .map(([name, operations, body]) => [name, '(', operations, ',', ...body, ')']);

const fieldAttribute: fc.Arbitrary<Tokens> = fc.oneof(
    fc.constantFrom<Tokens>(
        ['@id'],
        ['@unique'],
        ['@default', '(', 'cuid', '(', ')', ')'],
        ['@map', '(', '"} {"', ')'],
        ['@relation', '(', 'fields', ':', '[', 'a', ',', 'b', ']', ',', 'references', ':', '[', 'id', ']', ')'],
    ),
    expression.map((body) => ['@deny', '(', "'update'", ',', ...body, ')']),
);

const field = fc
    .tuple(
        fc.constantFrom('id', 'ownerId', 'type', 'model', 'in', 'aRatherLongName'),
        fc.constantFrom<Tokens>(
            ['String'],
            ['Int', '?'],
            ['Todo', '[', ']'],
            ['Unsupported', '(', '"x"', ')', '[', ']', '?'],
        ),
        fc.array(fieldAttribute, { maxLength: 3 }),
    )
    .map(([name, type, attributes]) => [name, ...type, ...attributes.flat()]);

const member = fc.oneof(
    { weight: 3, arbitrary: field },
    { weight: 2, arbitrary: rule },
    fc.constantFrom<Tokens>(['@@index', '(', '[', 'a', ',', 'b', ']', ')'], ['@@auth']),
);

const declaration: fc.Arbitrary<Tokens[]> = fc.oneof(
    fc
        .tuple(
            fc.constantFrom<Tokens>(
                ['model', 'A'],
                ['model', 'B', 'extends', 'A', 'with', 'T', ',', 'U'],
                ['type', 'T', 'with', 'U'],
                ['view', 'V'],
            ),
            fc.array(member, { maxLength: 6 }),
        )
        .map(([head, members]) => [[...head, '{'], ...members, ['}']]),
    fc
        .array(fc.constantFrom<Tokens>(['A'], ['LONGER'], ['B', '@map', '(', "'b'", ')'], ['@@map', '(', '"e"', ')']), {
            minLength: 1,
            maxLength: 4,
        })
        .map((values) => [['enum', 'E', '{'], ...values, ['}']]),
    fc.constantFrom<Tokens[]>(
        [['datasource', 'db', '{'], ['provider', '=', "'sqlite'"], ['url', '=', 'env', '(', "'URL'", ')'], ['}']],
        [['plugin', 'policy', '{'], ['provider', '=', '"x"'], ['list', '=', '[', '1', ',', "'2'", ']'], ['}']],
        [['function', 'f', '(', 'a', ':', 'Int', ',', 'b', ':', 'String', '?', ')', ':', 'Any', '[', ']', '{'], ['}']],
        [['attribute', '@@x', '(', '_', 'a', ':', 'String', ')', '@@@once']],
        [['mutation', 'procedure', 'p', '(', 'a', ':', 'Int', ')', ':', 'Void']],
    ),
);

/** Between these nothing has to stand. */
function mayTouch(before: string, after: string): boolean {
    return !(/\w$/.test(before) && /^\w/.test(after)) && !before.startsWith('@') && !after.startsWith('@');
}

/** A schema with any declarations, laid out at random, with comments anywhere. It always parses. */
export const schemas: fc.Arbitrary<string> = fc
    .record({
        eol: fc.constantFrom('\n', '\n', '\r\n', '\r'),
        mark: fc.constantFrom('', '', '\uFEFF'),
        imports: fc.array(fc.constantFrom<Tokens>(['import', "'./a'"], ['import', '"b"', ';']), { maxLength: 2 }),
        declarations: fc.array(declaration, { maxLength: 4 }),
        tidy: fc.boolean(),
    })
    .chain(({ eol, mark, imports, declarations, tidy }) => {
        const parts = [...imports, ...declarations.flat()];
        const tokens = parts.flatMap((part, line) =>
            part.map((text, index) => {
                const isDocumented = index === 0 && text !== '}' && line >= imports.length;
                return { text, startsLine: index === 0, isDocumented };
            }),
        );
        const gaps = tokens.map(({ text, startsLine, isDocumented }, index) => {
            const before = tokens[index - 1]?.text ?? '';
            const own = gap(eol, isDocumented && !['extends', 'with'].includes(text));
            const usual = startsLine ? fc.constant(`${eol}${text === '}' ? '' : '  '}`) : fc.constant(' ');
            const none = fc.constant(index > 0 && mayTouch(before, text) ? '' : ' ');
            return fc.oneof(
                { weight: tidy ? 1 : 6, arbitrary: own },
                { weight: tidy ? 30 : 3, arbitrary: startsLine ? usual : none },
                { weight: 2, arbitrary: usual },
            );
        });
        return fc
            .tuple(fc.tuple(...gaps), gap(eol, false))
            .map(([all, end]) => mark + tokens.map(({ text }, index) => (all[index] ?? '') + text).join('') + end);
    });
