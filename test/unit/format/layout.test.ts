import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { MAX_WIDTH } from '../../../src/format/format.ts';
import { formatOnType } from '../../../src/format/on-type.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { changesOf, format, SPACES, treeOf } from './support.ts';

const TABS = { tabSize: 4, insertSpaces: false };

/** A model around some lines. */
function model(...lines: string[]): string {
    return `model A {\n${lines.map((line) => (line === '' ? '\n' : `    ${line}\n`)).join('')}}\n`;
}

function becomes(before: string, after: string, options = SPACES): void {
    assert.equal(format(before, options), after);
    assert.deepEqual(changesOf(after, options), []);
}

function stays(content: string, options = SPACES): void {
    assert.equal(format(content, options), content);
}

describe('the layout of rules', () => {
    const long = `a == auth().organizationId && (b == 'owner' || b == 'admin') && members?[user == auth()] && ${'x'.repeat(50)}`;

    it('is one line as long as it fits', () => {
        stays(model(`@@allow('read', a == 1 && (b || c))`));
        becomes(model(`@@allow ( 'read' ,a==1&&( b||! c ) )`), model(`@@allow('read', a == 1 && (b || !c))`));
    });

    it('is a line for each operand when the rule is too long', () => {
        assert.ok(long.length > MAX_WIDTH - 20);
        becomes(
            model(`@@allow('read', ${long})`),
            model(
                `@@allow('read',`,
                `    a == auth().organizationId &&`,
                `    (b == 'owner' || b == 'admin') &&`,
                `    members?[user == auth()] &&`,
                `    ${'x'.repeat(50)}`,
                `)`,
            ),
        );
    });

    it('breaks what is within brackets only when that is too long by itself', () => {
        becomes(
            model(`@@allow('read', organization.members?[${long}])`),
            model(
                `@@allow('read', organization.members?[`,
                `    a == auth().organizationId &&`,
                `    (b == 'owner' || b == 'admin') &&`,
                `    members?[user == auth()] &&`,
                `    ${'x'.repeat(50)}`,
                `])`,
            ),
        );
    });

    it('does not count a comment at the end of the line', () => {
        stays(model(`@@allow('read', a == 1 && b == 2) // ${'because '.repeat(20)}`));
    });

    it('breaks at each operator where one is broken, on the side that is in use', () => {
        becomes(
            model(`@@allow('read', a == 1`, `  && b == 2 && (c || d))`),
            model(`@@allow('read', a == 1`, `    && b == 2`, `    && (c || d))`),
        );
        becomes(
            model(`@@allow('read', a == 1 &&`, `  b == 2 && (c ||`, ` d))`),
            model(`@@allow('read', a == 1 &&`, `    b == 2 &&`, `    (c ||`, `        d))`),
        );
        // A long rule follows what others in the file do.
        const other = [`@@allow('read', a`, `    || b)`];
        assert.match(
            format(model(...other, `@@allow('update', ${long})`)),
            /\n {8}&& \(b == 'owner' \|\| b == 'admin'\)\n/,
        );
    });

    it('keeps where brackets were opened up', () => {
        stays(model(`@@allow(`, `    'read',`, `    a == 1 &&`, `    b == 2`, `)`));
        stays(model(`@@allow('all', members?[`, `    user == auth() &&`, `    role == 'admin'`, `])`));
        stays(model(`@@index([`, `    a,`, `    b`, `])`));
    });

    it('keeps comments where they are', () => {
        stays(
            model(
                `// before`,
                `@@allow('read', // operations`,
                `    // the owner`,
                `    a == auth().id || // or`,
                `    /* anyone */ b == 2`,
                `    // nothing else`,
                `)`,
                `/* last`,
                `   one */`,
            ),
        );
        becomes(
            `model A {\n  /**\n   * Doc\n   */\nid Int /// of the next\n/// doc\n a Int }`,
            `model A {\n    /**\n     * Doc\n     */\n    id Int /// of the next\n    /// doc\n    a Int\n}`,
        );
    });
});

describe('the layout of the rest', () => {
    it('keeps columns, and makes a field join them', () => {
        becomes(
            model('id      String @id', 'ownerId String', 'name String   @default("x")', 'age     Int?'),
            model('id      String @id', 'ownerId String', 'name    String @default("x")', 'age     Int?'),
        );
        becomes(
            model('id      String @id', 'ownerId Int    @map("o")', 'ages    Int[] @ignore'),
            model('id      String @id', 'ownerId Int    @map("o")', 'ages    Int[]  @ignore'),
        );
    });

    it('keeps columns that are divided by blank lines, or wider than needed', () => {
        stays(
            model('id   Int @id', 'name Int', '', 'organizationId String @map("o")', 'x              Int    @map("x")'),
        );
        stays(model('id         Int', 'name       Int', 'other      Int'));
    });

    it('keeps fields that are not in columns', () => {
        stays(model('id String @id', 'ownerId String @map("o")', 'x Int @map("x")'));
    });

    it('keeps comments at the ends of lines below each other', () => {
        stays(model('id   Int    // one', 'name String // two'));
        becomes(
            model('id   Int    // one', 'name String // two', 'age Int     // three'),
            model('id   Int    // one', 'name String // two', 'age  Int    // three'),
        );
        becomes(
            model('id   Int    @id  // one', 'name String @map( "x" )  // two'),
            model('id   Int    @id  // one', 'name String @map("x")  // two'),
        );
    });

    it('keeps columns in settings', () => {
        stays(`datasource db {\n    provider = 'sqlite'\n    url      = env('URL')\n}\n`);
        stays(`datasource db {\n    provider = 'sqlite'\n    url = env('URL')\n}\n`);
        becomes(
            `datasource db{provider='sqlite' url=env( 'URL' )}`,
            `datasource db {\n    provider = 'sqlite'\n    url = env('URL')\n}`,
        );
    });

    it('puts each declaration and member on a line of its own', () => {
        becomes(
            'enum A { X Y @map("y") } view B { }type C{}',
            'enum A {\n    X\n    Y @map("y")\n}\nview B {}\ntype C {}',
        );
        becomes(
            `import 'a' import "b" ;\n\n\nmodel A\n{\n\n  id Int @id\n\n}`,
            `import 'a'\nimport "b";\n\n\nmodel A {\n\n    id Int @id\n\n}`,
        );
    });

    it('indents as the editor is set', () => {
        const content = model(`@@allow('read', a &&`, `    b)`);
        becomes(content, content.replaceAll('    ', '\t'), TABS);
        becomes(content, content.replaceAll('    ', '  '), { tabSize: 2, insertSpaces: true });
    });

    it('changes no more than white space that differs', () => {
        const changes = changesOf('model A {\n  id Int @id\n}\n');
        assert.deepEqual(changes, [{ start: 12, end: 12, text: '  ' }]);
    });

    it('leaves a file with syntax errors alone', () => {
        assert.deepEqual(changesOf('model A {\n  id Int @id\n  @@allow(\n}\n'), []);
    });

    it('formats parts: the members that they touch', () => {
        const content = 'model A {\n  id Int\n  x  Int\n @@allow("read",a\n&& b)\n  y Int\n}\n';
        const at = content.indexOf('&& b');
        assert.equal(
            format(content, SPACES, { start: at, end: at }),
            'model A {\n  id Int\n  x  Int\n    @@allow("read", a\n        && b)\n  y Int\n}\n',
        );
    });

    it('formats parts of a file with errors elsewhere', () => {
        const content = 'model A {\n  id   Int   @id\n}\n\nmodel B {\n  x ==\n}\n';
        assert.equal(
            format(content, SPACES, { start: 0, end: content.length }),
            'model A {\n    id Int @id\n}\n\nmodel B {\n  x ==\n}\n',
        );
    });
});

describe('formatting while typing', () => {
    /** `|` marks the cursor, behind what was typed. */
    const type = (marked: string, text: string): string => {
        const offset = marked.indexOf('|>');
        const content = marked.replace('|>', '');
        return applyChanges(content, formatOnType(parseSource(content), SPACES, { text, offset }));
    };

    it('formats a declaration by its brace', () => {
        assert.equal(
            type('model A {\n id Int\n}|>\nmodel B {\n id Int\n}', '}'),
            'model A {\n    id Int\n}\nmodel B {\n id Int\n}',
        );
        assert.equal(
            type('model A {\n x Json @default({ a: 1 }|>)\n}', '}'),
            'model A {\n x Json @default({ a: 1 })\n}',
        );
    });

    it('formats an attribute by its last parenthesis, and not by one within', () => {
        assert.equal(
            type('model A {\n @@allow("read",a)|>\n  id Int\n}', ')'),
            'model A {\n    @@allow("read", a)\n  id Int\n}',
        );
        assert.equal(type('model A {\n @@allow("read",auth()|>)\n}', ')'), 'model A {\n @@allow("read",auth())\n}');
    });

    it('formats a line when it ends, and leaves the cursor’s alone', () => {
        assert.equal(type('model A {\n id   Int\n  |>\n}', '\n'), 'model A {\n    id Int\n  \n}');
        assert.equal(type('\n|>', '\n'), '\n');
    });

    it('does nothing in a declaration that does not parse', () => {
        assert.equal(type('model A {\n id   Int\n  |>\n x ==\n}', '\n'), 'model A {\n id   Int\n  \n x ==\n}');
    });
});

describe('formatting our own schemas', () => {
    const root = path.join(import.meta.dirname, '..', '..', '..');
    const files = ['samples', 'test'].flatMap((folder) =>
        fs
            .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
            .filter((name) => name.endsWith('.zmodel') && !name.includes('node_modules'))
            .map((name) => path.join(folder, name)),
    );

    it('finds them', () => {
        assert.ok(files.length > 8, files.join(' '));
    });

    for (const file of files) {
        it(`${file}: the same tree, and nothing to do a second time`, () => {
            const content = fs.readFileSync(path.join(root, file), 'utf8');
            const once = format(content);
            assert.equal(format(once), once);
            if (parseSource(content).syntaxErrors.length > 0) assert.equal(once, content);
            else assert.equal(treeOf(once), treeOf(content));
            if (file.startsWith('samples')) assert.equal(once, content);
        });
    }
});
