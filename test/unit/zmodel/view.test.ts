import assert from 'node:assert/strict';
import type { DeclarationView, SchemaView } from '../../../src/model/schema-view.ts';
import type { Span } from '../../../src/model/text.ts';
import { collectSources, UnreadableSchemaError } from '../../../src/zmodel/load.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';
import { at, viewOf } from '../insert/support.ts';

const TEXT = `/// The database.
datasource db {
    provider = 'postgresql'
    url = env('DATABASE_URL')
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

enum Role {
    ADMIN
    MEMBER
}

/// Who asks.
type Auth {
    userId String @id
    role   Role?
    tags   String[]

    @@auth
}

/// A row.
/// Two lines.
model Todo extends Base with Dated, Owned {
    /// The key.
    id      String @id @default(cuid()) // after
    point   Unsupported("point")?
    nothing Missing
    parent  Todo?  @relation("tree", fields: [parentId], references: [id])
    parentId String?

    @@map('todos')
    @@allow('read', auth().role == ADMIN && auth().team.name == 'x')
    @@deny('all', auth() == null)
}

model Base {
    kind String @default(auth().userId)
    @@delegate(kind)
}

type Dated {
    createdAt DateTime @default(now())
}

type Owned with Dated {
    ownerId String
}

view Report {
    id String @id
}
`;

describe('the view of a schema', () => {
    const view = viewOf(TEXT);
    const cut = (span: Span, text = TEXT): string => text.slice(span.start, span.end);
    const find = (name: string, from: SchemaView = view): DeclarationView => {
        const found = from.declarations.find((declaration) => declaration.name === name);
        assert.ok(found, name);
        return found;
    };

    it('has places without comments around them', () => {
        const todo = find('Todo');
        assert.ok(cut(todo.span).startsWith('model Todo extends') && cut(todo.span).endsWith('}'));
        assert.equal(cut(todo.nameSpan), 'Todo');
        assert.ok(cut(todo.bodySpan).startsWith('\n    /// The key.') && cut(todo.bodySpan).endsWith('== null)\n'));
        const [id, point] = todo.ownFields;
        assert.ok(id && point);
        assert.equal(cut(id.span), 'id      String @id @default(cuid())');
        assert.equal(cut(id.nameSpan), 'id');
        assert.equal(cut(id.typeSpan), 'String');
        assert.equal(cut(point.typeSpan), 'Unsupported("point")?');
        assert.deepEqual(
            todo.attributes.map((attribute) => cut(attribute.span).replace(/\(.*/, '')),
            ['@@map', '@@allow', '@@deny'],
        );
        assert.equal(cut(view.enums[0]?.span ?? { start: 0, end: 0 }), 'enum Role {\n    ADMIN\n    MEMBER\n}');
        assert.ok(cut(view.plugins[0]?.span ?? { start: 0, end: 0 }).startsWith('plugin policy'));
    });

    it('has types, attributes and their arguments as written', () => {
        const todo = find('Todo');
        assert.deepEqual(
            todo.ownFields.map(
                ({ name, type: { kind, name: of, optional, array } }) =>
                    `${name}: ${kind} ${of}${optional ? '?' : ''}${array ? '[]' : ''}`,
            ),
            [
                'id: builtin String',
                'point: unsupported Unsupported("point")?',
                'nothing: unresolved Missing',
                'parent: model Todo?',
                'parentId: builtin String?',
            ],
        );
        assert.deepEqual(todo.ownFields[3]?.attributes[0]?.args, [
            { text: '"tree"' },
            { name: 'fields', text: '[parentId]' },
            { name: 'references', text: '[id]' },
        ]);
        assert.deepEqual(
            find('Auth').ownFields.map(({ type }) => type.kind),
            ['builtin', 'enum', 'builtin'],
        );
        assert.equal(find('Auth').ownFields[2]?.type.array, true);
    });

    it('tells models, views and types apart, the table behind a model, and the provider', () => {
        assert.deepEqual(
            view.declarations.map(({ kind, name }) => `${kind} ${name}`),
            ['type Auth', 'model Todo', 'model Base', 'type Dated', 'type Owned', 'view Report'],
        );
        assert.deepEqual([find('Todo').tableName, find('Base').tableName], ['todos', 'Base']);
        assert.equal(view.provider, 'postgresql');
        assert.deepEqual(
            view.plugins.map(({ name, provider }) => [name, provider]),
            [['policy', '@zenstackhq/plugin-policy']],
        );
    });

    it('adds what is inherited, each base once, and says where it comes from', () => {
        const todo = find('Todo');
        assert.deepEqual(todo.bases, ['Base', 'Dated', 'Owned']);
        assert.deepEqual(
            todo.fields.slice(0, 3).map(({ name, declaredIn }) => `${declaredIn}.${name}`),
            ['Base.kind', 'Dated.createdAt', 'Owned.ownerId'],
        );
        assert.equal(todo.fields.length, 3 + todo.ownFields.length);
    });

    it('ends circles of inheritance', () => {
        const circle = viewOf(
            'model A extends B {\n    a String\n}\nmodel B extends A {\n    b String\n}\ntype C with C {\n    c String\n}\n',
        );
        assert.deepEqual(
            find('A', circle).fields.map(({ name }) => name),
            ['b', 'a'],
        );
        assert.deepEqual(
            find('B', circle).fields.map(({ name }) => name),
            ['a', 'b'],
        );
        assert.deepEqual(
            find('C', circle).fields.map(({ name }) => name),
            ['c'],
        );
    });

    it('finds every use of auth(): the member, the path, the holder', () => {
        assert.deepEqual(
            view.authUses.map(
                ({ path, span, model, attribute }) => `${model} ${attribute} ${path.join('.')} ${cut(span)}`,
            ),
            ['Todo @@allow role role', 'Todo @@allow team.name team', 'Base @default userId userId'],
        );
        assert.ok(view.firstAuthCall);
        assert.equal(cut(view.firstAuthCall.span), 'auth()');
        assert.equal(view.firstAuthCall.span.start, TEXT.indexOf('auth().role'));
        assert.equal(view.auth?.by, '@@auth');
        assert.equal(view.auth.declaration.name, 'Auth');
    });

    it('takes a model User for auth() where nothing has @@auth, and never a view', () => {
        const byName = viewOf('model User {\n    id String @id\n}\n');
        assert.equal(byName.auth?.by, 'User');
        assert.equal(viewOf('view User {\n    id String @id\n}\n').auth, undefined);
        assert.deepEqual(
            viewOf(`${TEXT}\nmodel User {\n    id String @id\n    @@auth\n}`).authDeclarations.map(({ name }) => name),
            ['Auth', 'User'],
        );
    });

    for (const [name, change] of Object.entries({
        CRLF: (text: string) => text.replaceAll('\n', '\r\n'),
        'a byte order mark': (text: string) => `\uFEFF${text}`,
        'characters outside of the basic plane': (text: string) => `// 😀 𝒳 é\n${text}`,
    })) {
        it(`has the same content, at its places, with ${name}`, () => {
            const text = change(TEXT);
            const changed = viewOf(text);
            assert.equal(changed.files[0]?.hasSyntaxErrors, false);
            const places = (from: SchemaView, of: string): string[] =>
                from.declarations
                    .flatMap(({ span, bodySpan, ownFields, attributes }) => [
                        span,
                        bodySpan,
                        ...ownFields.map((field) => field.span),
                        ...attributes.map((attribute) => attribute.span),
                    ])
                    .map((span) => cut(span, of).replaceAll('\r\n', '\n'));
            assert.deepEqual(places(changed, text), places(view, TEXT));
        });
    }

    it('knows which declarations are whole', () => {
        const intact = (text: string): string[] =>
            viewOf(text)
                .declarations.filter((declaration) => declaration.intact)
                .map(({ name }) => name);
        const three = (middle: string): string =>
            `model A {\n    id String @id\n}\n${middle}\nmodel C {\n    id String @id\n}\n`;
        assert.deepEqual(intact(three('model B {\n    id String @id\n}')), ['A', 'B', 'C']);
        assert.deepEqual(intact(three('model B {\n    id String @(\n}')), ['A', 'C']);
        assert.ok(!intact(three('model B {\n    id String @id\n')).includes('B'), 'no brace');
        assert.ok(
            !intact(three('model B {\n    id String @id\n}\n}')).includes('B'),
            'a brace too many may have ended it',
        );
        assert.ok(!intact('model A {').includes('A'));
        assert.deepEqual(intact(three('%')).includes('C'), true);
    });

    it('has something for every text, however broken', () => {
        for (let end = 0; end < TEXT.length; end += 37) {
            const broken = viewOf(TEXT.slice(0, end));
            for (const { span, bodySpan, nameSpan } of broken.declarations) {
                assert.ok(span.start <= nameSpan.start && nameSpan.end <= span.end && bodySpan.start <= bodySpan.end);
            }
        }
        for (const text of ['', ' \r\n', '\uFEFF', '}', '{{{', "'", '/*', '\0\0', 'model', 'import']) viewOf(text);
    });

    it('follows imports, each file once, circles included; one that leads nowhere has no target', () => {
        const files = viewOf({
            'schema.zmodel': `import './a'\nimport 'b.zmodel'\nimport '../gone'\nmodel S {\n    id String @id\n    a A\n}\n`,
            'a.zmodel': `import './schema'\nimport './b'\ntype A {\n    x String\n}\n`,
            'b.zmodel': `import 'a'\n`,
        });
        assert.deepEqual(
            files.files.map(({ file }) => file),
            [at('schema.zmodel'), at('a.zmodel'), at('b.zmodel')],
        );
        assert.deepEqual(
            files.files[0]?.imports.map(({ path, resolved }) => [path, resolved]),
            [
                ['./a', at('a.zmodel')],
                ['b.zmodel', at('b.zmodel')],
                ['../gone', undefined],
            ],
        );
        const [, , lost] = files.files[0].imports;
        assert.equal(lost && cut(lost.span, files.files[0].content), "'../gone'");
        assert.equal(find('S', files).ownFields[1]?.type.kind, 'type');
    });

    it('throws for an entry that is not there, and hands an unreadable import to who asks', () => {
        const refuse = (): never => {
            throw new UnreadableSchemaError(at('b.zmodel'), 'b.zmodel: is not a text file');
        };
        const access = {
            read: (file: string) =>
                file === at('a.zmodel')
                    ? parseSource(`import './b'\nmodel A {\n    id String @id\n}\n`)
                    : file === at('b.zmodel')
                      ? refuse()
                      : undefined,
        };
        assert.throws(() => collectSources(at('gone.zmodel'), access), /gone\.zmodel: there is no such file/);
        assert.throws(() => collectSources(at('a.zmodel'), access), UnreadableSchemaError);
        const problems: string[] = [];
        const sources = collectSources(at('a.zmodel'), access, ({ message }) => problems.push(message));
        assert.deepEqual(problems, ['b.zmodel: is not a text file']);
        assert.equal(buildSchemaView(at('a.zmodel'), sources).files[0]?.imports[0]?.resolved, undefined);
    });
});
