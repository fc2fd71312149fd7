import assert from 'node:assert/strict';
import { findingsOf, fixed, spot } from './support.ts';
import { array, call, literals, member, number, object, string, union, unknown } from './shapes.ts';
import type { Files } from '../insert/support.ts';

const RULE = "model Note {\n    id String @id\n    by String?\n    @@allow('read', auth().userId == by)\n}\n";

describe('auth-declaration-missing', () => {
    const found = (files: Files, contexts = [call(object({ userId: string }))]): ReturnType<typeof findingsOf> =>
        findingsOf('auth-declaration-missing', files, { contexts });

    it('reports the first use of auth()', () => {
        const [finding, ...others] = found(RULE);
        assert.deepEqual(others, []);
        assert.ok(finding);
        assert.equal(finding.severity, 'error');
        assert.equal(spot(RULE, finding), 'auth()');
        assert.equal(
            finding.message,
            'Rules use auth(), but nothing declares it: add @@auth to the type or model that describes the current user.',
        );
    });

    it('reports defaults, and auth() without a member', () => {
        assert.equal(found('model Note {\n    id String @id @default(auth().userId)\n}\n').length, 1);
        assert.equal(found("model Note {\n    id String @id\n    @@deny('all', auth() == null)\n}\n").length, 1);
    });

    for (const [name, files] of [
        ['nothing uses auth()', 'model Note {\n    id String @id\n}\n'],
        ['@@auth on a type', `${RULE}type Me {\n    userId String\n    @@auth\n}\n`],
        ['@@auth on a model', `${RULE}model Person {\n    userId String @id\n    @@auth\n}\n`],
        ['a model User', `${RULE}model User {\n    userId String @id\n}\n`],
        ['an import that leads nowhere', `import "./gone"\n${RULE}`],
        ['a syntax error that may hide it', `${RULE}type Auth { userId String @id @@auth`],
        ['auth() in a comment', "model Note {\n    id String @id\n    // @@allow('read', auth() != null)\n}\n"],
    ] as const) {
        it(`not with ${name}`, () => {
            assert.deepEqual(found(files), []);
        });
    }

    it('not where another file declares it', () => {
        const auth = 'type Auth {\n    userId String @id\n    @@auth\n}\n';
        assert.deepEqual(found({ 'schema.zmodel': `import "./auth"\n${RULE}`, 'auth.zmodel': auth }), []);
    });

    it('creates the type from what the calls pass and rules read, surely there or not', () => {
        const contexts = [
            call(
                object({
                    userId: string,
                    tags: array(string),
                    role: member(string, { nullable: true }),
                    f: { kind: 'other' },
                }),
            ),
            call(object({ userId: string, tags: array(string), level: number }), 20),
            call(object({ userId: number }), 30, { inTest: true }),
        ];
        const [finding] = found(RULE, contexts);
        assert.equal(finding?.fixes[0]?.title, 'Create type Auth @@auth with userId, tags, role, level');
        assert.match(
            fixed(RULE, finding),
            /type Auth \{\n {4}userId String @id\n {4}tags {3}String\[\]\n {4}role {3}String\?\n {4}level {2}Int\?\n\n {4}@@auth\n\}\n$/,
        );
    });

    it('creates it from the rules alone, with an id, while no call is known', () => {
        const text = "model Note {\n    id String @id\n    @@allow('read', auth().role == 'admin')\n}\n";
        assert.match(fixed(text, found(text, [])[0]), /userId String @id\n {4}role {3}String\?/);
    });

    it('takes another name where Auth is taken', () => {
        const text = `${RULE}type Auth {\n    x Int\n}\n`;
        assert.match(fixed(text, found(text)[0]), /type AuthContext \{/);
    });
});

describe('auth-declaration-duplicate', () => {
    const found = (files: Files): ReturnType<typeof findingsOf> => findingsOf('auth-declaration-duplicate', files);
    const two = 'type Auth {\n    userId String\n    @@auth\n}\nmodel User {\n    id String @id\n    @@auth\n}\n';

    it('reports all but the first, at the attribute, and takes it off', () => {
        const [finding, ...others] = found(two);
        assert.deepEqual(others, []);
        assert.ok(finding);
        assert.equal(finding.severity, 'error');
        assert.equal(finding.message, 'Only one declaration may have @@auth; Auth in schema.zmodel has it already.');
        assert.equal(spot(two, finding), '@@auth');
        assert.ok(finding.span.start > two.indexOf('model User'));
        assert.deepEqual(finding.related[0]?.location.range.start, { line: 0, character: 5 });
        assert.equal(fixed(two, finding), two.replace('id String @id\n    @@auth\n', 'id String @id\n'));
    });

    it('reports over files', () => {
        const [first = '', second = ''] = two.split('model');
        const files = { 'schema.zmodel': `import "./user"\n${first}`, 'user.zmodel': `model${second}` };
        const [finding] = found(files);
        assert.ok(finding?.file.endsWith('user.zmodel'));
    });

    it('not with one, nor with a model User beside it', () => {
        assert.deepEqual(found(two.replace('    @@auth\n}\nmodel', '}\nmodel')), []);
        assert.deepEqual(found(two.replace('@id\n    @@auth', '@id')), []);
    });

    it('not for the same declaration twice', () => {
        assert.deepEqual(found('type Auth {\n    userId String\n    @@auth\n    @@auth\n}\n'), []);
    });
});

describe('auth-member-missing', () => {
    const auth = 'type Auth {\n    userId String @id\n\n    @@auth\n}\n';
    const found = (files: Files, contexts = [call(object({ userId: string }))]): ReturnType<typeof findingsOf> =>
        findingsOf('auth-member-missing', files, { contexts });
    const reading = (expression: string, declaration = auth): string =>
        `${declaration}model Note {\n    id String @id\n    n Int\n    @@allow('read', ${expression})\n}\n`;

    it('reports every place that reads the member', () => {
        const text = reading("auth().role == 'x' || auth().role == 'y'");
        const findings = found(text);
        assert.equal(findings.length, 2);
        for (const finding of findings) {
            assert.equal(finding.severity, 'error');
            assert.equal(spot(text, finding), 'role');
            assert.equal(finding.message, 'type Auth, which describes auth(), has no member "role".');
            assert.deepEqual(
                finding.related.map(({ message }) => message),
                ['Auth is declared in schema.zmodel'],
            );
        }
    });

    it('reports defaults, field rules and models', () => {
        const text = 'model User {\n    id String @id\n    by String @default(auth().name)\n}\n';
        const [finding] = found(text);
        assert.equal(finding?.message, 'model User, which describes auth(), has no member "name".');
        assert.equal(found(`${auth}model N {\n    id String @id @allow('read', auth().x == 1)\n}\n`).length, 1);
    });

    it('reports the first member of a path alone', () => {
        const text = reading("auth().organization.name == 'x'");
        const [finding, ...others] = found(text);
        assert.deepEqual(others, []);
        assert.ok(finding);
        assert.equal(spot(text, finding), 'organization');
    });

    for (const [name, text] of [
        ['a declared member', reading("auth().userId == 'x'")],
        ['a name in another case is another member, but none is read here', reading('true')],
        [
            'an inherited member',
            `type Base {\n    role String?\n}\n${reading("auth().role == 'x'", auth.replace('Auth {', 'Auth with Base {'))}`,
        ],
        [
            'a member of the extended model',
            "model Base {\n    id String @id\n    kind String\n    role String?\n    @@delegate(kind)\n}\nmodel User extends Base {\n    name String\n    @@allow('read', auth().role == 'x')\n}\n",
        ],
        ['a base that cannot be found', reading("auth().role == 'x'", auth.replace('Auth {', 'Auth with Gone {'))],
        ['a declaration in pieces', reading("auth().role == 'x'", auth.replace('String @id', 'String @@@id'))],
        ['a relation', reading('auth().notes?[n == 1]', auth.replace('@id\n', '@id\n    notes Note[]\n'))],
        ['nothing behind the dot', reading('auth(). == 1')],
        ['no declaration at all', reading("auth().role == 'x'", '')],
    ] as const) {
        it(`not with ${name}`, () => {
            assert.deepEqual(found(text), []);
        });
    }

    it('not for a member of another file', () => {
        const files = {
            'schema.zmodel': `import "./base"\n${reading("auth().role == 'x'", auth.replace('Auth {', 'Auth with Base {'))}`,
            'base.zmodel': 'type Base {\n    role String?\n}\n',
        };
        assert.deepEqual(found(files), []);
    });

    const FIXES: [string, Parameters<typeof found>[1], string][] = [
        ['while no call is known', [], 'String?'],
        ['supplied for sure', [call(object({ role: string }))], 'String'],
        ['nullable', [call(object({ role: member(string, { nullable: true }) }))], 'String?'],
        ['undefined', [call(object({ role: member(number, { undefinable: true }) }))], 'Int?'],
        ['an optional property', [call(object({ role: member(number, { optional: true }) }))], 'Int?'],
        ['one call of two lacks it', [call(object({ role: string })), call(object({}), 20)], 'String?'],
        ['calls of two types', [call(object({ role: string })), call(object({ role: number }), 20)], 'String?'],
        [
            'a list, which may not be optional',
            [call(object({ role: member(array(string), { nullable: true }) }))],
            'String[]',
        ],
        ['a value that no type holds', [call(object({ role: union(string, number) }))], 'String?'],
        ['any', [call(object({ role: unknown }))], 'String?'],
        ['literals', [call(object({ role: literals('a', 'b') }))], 'String'],
        ['only in a test', [call(object({ role: number }), 10, { inTest: true })], 'String?'],
        ['an inherited property of every object', [call(object({ constructor: string }))], 'String?'],
    ];
    for (const [name, contexts, typeText] of FIXES) {
        it(`adds it: ${name}`, () => {
            const text = reading("auth().role == 'x'");
            const [finding] = found(text, contexts);
            assert.ok(finding?.fixes[0]?.title.startsWith(`Add role ${typeText} to Auth`), finding?.fixes[0]?.title);
            const expected = text.replace('@id\n\n', `@id\n    role ${typeText}\n\n`);
            const result = fixed(text, finding);
            assert.equal(result.replaceAll(/ +/g, ' '), expected.replaceAll(/ +/g, ' '));
            assert.deepEqual(found(result, contexts), []);
        });
    }
});
