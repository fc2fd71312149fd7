import assert from 'node:assert/strict';
import type { Expr, PolicyField, PolicyModel, PolicyRule, PolicySchema } from '../../../src/model/policy.ts';
import type { Span } from '../../../src/model/text.ts';
import { at, viewOf } from '../insert/support.ts';

function schemaOf(files: string | Record<string, string>): PolicySchema {
    return viewOf(files).policies();
}

function modelOf(schema: PolicySchema, name: string): PolicyModel {
    const model = schema.models.get(name) ?? schema.types.get(name);
    assert.ok(model, name);
    return model;
}

function fieldOf(schema: PolicySchema, model: string, name: string): PolicyField {
    const field = modelOf(schema, model).fields.get(name);
    assert.ok(field, `${model}.${name}`);
    return field;
}

/** The condition of the only rule of a model `M`, in a schema with what it refers to. */
function conditionOf(condition: string, around = ''): { expr: Expr; text: (span: Span) => string } {
    const content = `${AROUND}${around}
model M {
    id String @id
    title String?
    count Int
    role Role
    ownerId String?
    owner User? @relation(fields: [ownerId], references: [id])
    parts Part[]
    @@allow('read', ${condition})
}
`;
    const [rule] = modelOf(schemaOf(content), 'M').rules;
    assert.ok(rule);
    return { expr: rule.condition, text: ({ start, end }) => content.slice(start, end) };
}

const AROUND = `
enum Role { ADMIN MEMBER title }
type Auth {
    id String @id
    role Role?
    teams Team[]
    @@auth
}
type Team {
    teamId String
    members TeamMember[]
}
type TeamMember { memberId String }
model User { id String @id; name String; m M[] }
model Part {
    id String @id
    kind Role
    mId String
    m M @relation(fields: [mId], references: [id])
    pieces Piece[]
}
model Piece { id String @id; partId String; part Part @relation(fields: [partId], references: [id]) }
`.replaceAll(';', '\n');

/** An expression as text with what its names were taken for. */
function show(expr: Expr): string {
    switch (expr.kind) {
        case 'literal':
            return JSON.stringify(expr.value);
        case 'enum':
            return `${expr.enum}#${expr.value}`;
        case 'array':
            return `[${expr.items.map(show).join(' ')}]`;
        case 'path': {
            const { root } = expr;
            const start = 'name' in root ? `${root.kind}:${root.name}` : root.kind;
            return [start, ...expr.members.map(({ name }) => name)].join('.');
        }
        case 'not':
            return `!${show(expr.operand)}`;
        case 'and':
        case 'or':
            return `(${show(expr.left)} ${expr.kind} ${show(expr.right)})`;
        case 'compare':
            return `(${show(expr.left)} ${expr.operator} ${show(expr.right)})`;
        case 'predicate':
            return `${show(expr.list)}${expr.operator}<${expr.element ?? ''}>[${expr.binding ?? ''}, ${show(expr.condition)}]`;
        case 'call':
            return `${expr.function}(${expr.args.map(show).join(' ')})`;
        case 'unknown':
            return `{${expr.reason}}`;
    }
}

describe('the rules of a schema: conditions', () => {
    const cases: [string, string][] = [
        ['true', 'true'],
        ['auth() == null', '(auth == null)'],
        ["auth().id == ownerId && title != 'x'", '((auth.id == field:ownerId) and (field:title != "x"))'],
        // Equal precedence, from the left.
        [
            'auth() == owner || count > 1 && role == ADMIN',
            '(((auth == field:owner) or (field:count > 1)) and (field:role == Role#ADMIN))',
        ],
        [
            'count == -2 || count <= 1.5 || count >= 10',
            '(((field:count == -2) or (field:count <= 1.5)) or (field:count >= 10))',
        ],
        ['count == 12345678901234567890', '(field:count == {the number 12345678901234567890 is too large})'],
        ['!(role in [ADMIN, MEMBER])', '!(field:role in [Role#ADMIN Role#MEMBER])'],
        [
            'owner == auth() && this.owner.name == owner.name',
            '((field:owner == auth) and (this.owner.name == field:owner.name))',
        ],
        // A field comes before the value of an enum; within a predicate the fields of the model don't count.
        ["title == 'x'", '(field:title == "x")'],
        ['parts?[kind == title]', 'field:parts?<Part>[, (field:kind == Role#title)]'],
        ['parts?[kind == count]', 'field:parts?<Part>[, (field:kind == {Part has no field count})]'],
        ['parts![id == this.id]', 'field:parts!<Part>[, (field:id == this.id)]'],
        // The element's field before a binding, an inner binding before an outer one, a binding before an enum's value.
        ['parts^[kind, kind == ADMIN]', 'field:parts^<Part>[kind, (field:kind == Role#ADMIN)]'],
        [
            'parts?[p, p.pieces?[q, q.id == p.id && id == p.kind && p.m.title == null]]',
            'field:parts?<Part>[p, binding:p.pieces?<Piece>[q, (((binding:q.id == binding:p.id) and (field:id == binding:p.kind)) and (binding:p.m.title == null))]]',
        ],
        [
            'parts?[p, pieces?[p, p.part == null]]',
            'field:parts?<Part>[p, field:pieces?<Piece>[p, (binding:p.part == null)]]',
        ],
        ['parts?[ADMIN, ADMIN.kind == MEMBER]', 'field:parts?<Part>[ADMIN, (binding:ADMIN.kind == Role#MEMBER)]'],
        ['parts?[m.owner == auth()]', 'field:parts?<Part>[, (field:m.owner == auth)]'],
        ['this.parts?[true]', 'this.parts?<Part>[, true]'],
        ['owner.m?[ownerId == auth().id]', 'field:owner.m?<M>[, (field:ownerId == auth.id)]'],
        [
            'auth().teams?[t, members![memberId == t.teamId && teamId == this.id]]',
            'auth.teams?<Team>[t, field:members!<TeamMember>[, ((field:memberId == binding:t.teamId) and ({TeamMember has no field teamId} == this.id))]]',
        ],
        [
            "check(owner, 'read') && contains(title, auth().id)",
            '(check(field:owner "read") and contains(field:title auth.id))',
        ],
        ['before().title == title && now() == null', '((before.title == field:title) and (now() == null))'],
        ['auth().missing == title', '({Auth has no field missing} == field:title)'],
        ['auth().teams.teamId == title', '({teamId is read from a list} == field:title)'],
        ['auth().role.x == title', '({nothing is known about x} == field:title)'],
        ['nowhere', '{M has no field nowhere}'],
        ['nowhere?[id == title]', '{M has no field nowhere}?<>[, ({nothing is known about id} == Role#title)]'],
        ['nowhere.id == null', '({M has no field nowhere} == null)'],
        ['check(owner).id == null', '({it is a member of something that has none} == null)'],
    ];
    for (const [condition, expected] of cases) {
        it(condition, () => {
            assert.equal(show(conditionOf(condition).expr), expected);
        });
    }

    it('places without and with parentheses', () => {
        const { expr, text } = conditionOf('( ( /* why */ auth().id // who\n == (ownerId) ) ) && !((count) in [1])');
        assert.equal(expr.kind, 'and');
        assert.equal(text(expr.operatorSpan), '&&');
        assert.equal(expr.outer, undefined);
        const { left, right } = expr;
        assert.equal(left.kind, 'compare');
        assert.equal(text(left.span), 'auth().id // who\n == (ownerId)');
        assert.equal(left.outer && text(left.outer), '( ( /* why */ auth().id // who\n == (ownerId) ) )');
        assert.equal(text(left.operatorSpan), '==');
        assert.equal(text(left.right.span), 'ownerId');
        assert.equal(left.right.outer && text(left.right.outer), '(ownerId)');
        assert.equal(right.kind, 'not');
        assert.equal(text(right.span), '!((count) in [1])');
        assert.equal(right.operand.kind, 'compare');
        assert.equal(text(right.operand.span), '(count) in [1]');
        assert.equal(right.operand.outer && text(right.operand.outer), '((count) in [1])');
        assert.equal(text(right.operand.operatorSpan), 'in');
    });

    it('the whole condition in parentheses', () => {
        const { expr, text } = conditionOf('((true))');
        assert.equal(text(expr.span), 'true');
        assert.equal(expr.outer && text(expr.outer), '((true))');
    });

    it('places of paths, members and calls', () => {
        const { expr, text } = conditionOf(
            "(((auth())) . id) == ((this).owner).name || parts?[m, ((m)).id == auth ( ).id] || check( (owner) , 'read' )",
        );
        assert.equal(expr.kind, 'or');
        assert.equal(expr.right.kind, 'call');
        assert.equal(text(expr.right.functionSpan), 'check');
        assert.equal(text(expr.right.span), "check( (owner) , 'read' )");
        assert.deepEqual(
            expr.right.args.map(({ span }) => text(span)),
            ['owner', "'read'"],
        );
        assert.equal(expr.left.kind, 'or');
        const { left, right } = expr.left;
        assert.equal(left.kind, 'compare');
        assert.equal(left.left.kind, 'path');
        assert.equal(text(left.left.span), '((auth())) . id');
        assert.equal(text(left.left.rootSpan), 'auth()');
        assert.deepEqual(
            left.left.members.map(({ span }) => text(span)),
            ['id'],
        );
        assert.equal(left.right.kind, 'path');
        assert.equal(text(left.right.rootSpan), 'this');
        assert.deepEqual(
            left.right.members.map(({ span }) => text(span)),
            ['owner', 'name'],
        );
        assert.equal(right.kind, 'predicate');
        assert.equal(text(right.span), 'parts?[m, ((m)).id == auth ( ).id]');
        assert.equal(text(right.list.span), 'parts');
        assert.equal(right.condition.kind, 'compare');
        assert.equal(text(right.condition.span), '((m)).id == auth ( ).id');
        assert.equal(right.condition.left.kind, 'path');
        assert.equal(text(right.condition.left.rootSpan), 'm');
        assert.equal(right.condition.right.kind, 'path');
        assert.equal(text(right.condition.right.rootSpan), 'auth ( )');
    });

    it('what is half-typed is unknown', () => {
        for (const condition of [
            '',
            'auth().',
            'title ==',
            'title == ,',
            '&&',
            '!',
            'parts?[',
            'parts?[p,',
            'check(',
            '[title',
        ]) {
            const content = `${AROUND}\nmodel M {\n    id String @id\n    title String\n    parts Part[]\n    @@allow('read', ${condition}`;
            const schema = schemaOf(content);
            assert.equal(schema.complete, false, condition);
            const rules = schema.models.get('M')?.rules ?? [];
            for (const rule of rules) assert.match(show(rule.condition), /\{[^}]*\}/, condition);
        }
    });

    it('nothing declares auth()', () => {
        const schema = schemaOf("model M { id String @id\n @@allow('all', auth().id == id && auth() != null) }");
        assert.equal(schema.auth, undefined);
        const [rule] = modelOf(schema, 'M').rules;
        assert.equal(rule && show(rule.condition), '((auth.id == field:id) and (auth != null))');
    });
});

describe('the rules of a schema: models', () => {
    const TEXT = `
datasource db { provider = 'postgresql' url = 'x' }
plugin policy { provider = '@zenstackhq/plugin-policy' }
enum Role { ADMIN }
type Owned with Stamped {
    ownerId String? @default(auth().id)
    owner User? @relation(fields: [ownerId], references: [id])
    secret String? @allow('read', ownerId == auth().id) @deny('all', auth() == null)
    @@allow('all', ownerId == auth().id)
}
type Stamped {
    createdAt DateTime @default(now())
    updatedAt DateTime @updatedAt
    @@deny('all,post-update', auth() == null)
}
model User { id String @id\n role Role @default(ADMIN)\n assets Asset[]\n videos Video[]\n notes Note[] }
model Asset with Owned {
    id Int @id @default(autoincrement())
    kind String
    code String @unique
    @@delegate(kind)
    @@map('assets')
    @@unique([code, kind])
    @@allow(' read , update,wrong', true)
}
model Video extends Asset with Stamped {
    url String @ignore
    length Int @default(-1)
    @@deny('post-update', before().length != length)
}
model Note with Owned {
    a String
    b String
    @@id([b, a])
    @@unique([a])
    @@ignore
}
view Notes { a String @unique\n b String @unique }
model Pair { x Int\n y Int\n z Int\n @@unique([x, y])\n @@unique([z]) }
`;
    const schema = schemaOf(TEXT);
    const text = ({ start, end }: Span): string => TEXT.slice(start, end);
    const summary = (rules: readonly PolicyRule[]): string[] =>
        rules.map((rule) => `${rule.declaredIn} ${rule.effect} ${rule.operations.join()} ${show(rule.condition)}`);

    it('the schema as a whole', () => {
        assert.equal(schema.provider, 'postgresql');
        assert.equal(schema.hasPolicyPlugin, true);
        assert.equal(schema.complete, true);
        assert.equal(schema.auth?.name, 'User');
        assert.deepEqual([...schema.models.keys()], ['User', 'Asset', 'Video', 'Note', 'Notes', 'Pair']);
        assert.deepEqual([...schema.types.keys()], ['Owned', 'Stamped']);
        assert.deepEqual(schema.enums, new Map([['Role', ['ADMIN']]]));
    });

    it('fields in order, inherited ones first, each once', () => {
        const names = [...modelOf(schema, 'Video').fields.keys()];
        assert.deepEqual(names, [
            ...['createdAt', 'updatedAt', 'ownerId', 'owner', 'secret'],
            ...['id', 'kind', 'code', 'url', 'length'],
        ]);
        assert.equal(fieldOf(schema, 'Video', 'createdAt').declaredIn, 'Stamped');
        assert.equal(fieldOf(schema, 'Video', 'code').declaredIn, 'Asset');
        assert.deepEqual(fieldOf(schema, 'Video', 'url').attributes, ['@ignore']);
        const { bodySpan, nameSpan, tableName, isDelegate, base, mixins, kind, intact } = modelOf(schema, 'Asset');
        assert.deepEqual(
            [text(nameSpan), tableName, isDelegate, base, mixins, kind, intact],
            ['Asset', 'assets', true, undefined, ['Owned'], 'model', true],
        );
        assert.ok(text(bodySpan).includes('@@map'));
        assert.equal(modelOf(schema, 'Video').base, 'Asset');
        assert.equal(modelOf(schema, 'Video').tableName, 'Video');
        assert.equal(modelOf(schema, 'Note').isIgnored, true);
        assert.equal(modelOf(schema, 'Notes').kind, 'view');
    });

    it('rules, inherited ones too, each once', () => {
        assert.deepEqual(summary(modelOf(schema, 'Video').rules), [
            'Stamped deny create,read,update,delete,post-update (auth == null)',
            'Owned allow create,read,update,delete (field:ownerId == auth.id)',
            'Asset allow read,update true',
            'Video deny post-update (before.length != field:length)',
        ]);
        assert.deepEqual(summary(modelOf(schema, 'Owned').rules), [
            'Stamped deny create,read,update,delete,post-update (auth == null)',
            'Owned allow create,read,update,delete (field:ownerId == auth.id)',
        ]);
        const rule = modelOf(schema, 'Asset').rules.at(-1);
        assert.ok(rule);
        assert.deepEqual(rule.written, ['read', 'update', 'wrong']);
        assert.equal(text(rule.operationsSpan), "' read , update,wrong'");
        assert.equal(text(rule.span), "@@allow(' read , update,wrong', true)");
        assert.equal(rule.field, undefined);
        assert.equal(rule.file, at('schema.zmodel'));
        assert.deepEqual(modelOf(schema, 'Video').rules[0]?.written, ['all', 'post-update']);
    });

    it('rules on fields', () => {
        const { rules } = fieldOf(schema, 'Video', 'secret');
        assert.deepEqual(summary(rules), [
            'Owned allow read (field:ownerId == auth.id)',
            'Owned deny read,update (auth == null)',
        ]);
        assert.deepEqual(
            rules.map(({ field }) => field),
            ['secret', 'secret'],
        );
        assert.ok(rules[1]);
        assert.equal(text(rules[1].span), "@deny('all', auth() == null)");
    });

    it('ids and unique fields', () => {
        const ids = (name: string): string[] => modelOf(schema, name).idFields;
        assert.deepEqual(['User', 'Video', 'Note', 'Notes', 'Pair', 'Owned'].map(ids), [
            ['id'],
            ['id'],
            ['a', 'b'],
            ['a'],
            ['x', 'y'],
            [],
        ]);
        assert.equal(fieldOf(schema, 'Note', 'b').isId, true);
        const unique = (model: string, name: string): boolean => fieldOf(schema, model, name).isUnique;
        assert.deepEqual(
            [
                unique('Asset', 'code'),
                unique('Asset', 'kind'),
                unique('Note', 'a'),
                unique('Pair', 'x'),
                unique('Pair', 'z'),
            ],
            [true, false, true, false, true],
        );
    });

    it('defaults and what is generated', () => {
        const value = (model: string, name: string): string | undefined => {
            const { default: written } = fieldOf(schema, model, name);
            return written && `${text(written.span)} ${written.value ? show(written.value) : '-'}`;
        };
        assert.equal(value('User', 'role'), '@default(ADMIN) Role#ADMIN');
        assert.equal(value('Video', 'ownerId'), '@default(auth().id) auth.id');
        assert.equal(value('Video', 'length'), '@default(-1) -1');
        assert.equal(value('Video', 'createdAt'), '@default(now()) -');
        assert.equal(value('Video', 'url'), undefined);
        const generated = [...modelOf(schema, 'Video').fields.values()].filter(({ isGenerated }) => isGenerated);
        assert.deepEqual(
            generated.map(({ name }) => name),
            ['updatedAt', 'kind'],
        );
    });
});

describe('the rules of a schema: relations', () => {
    const schema = schemaOf(`
model Folder {
    id String @id
    parentId String?
    parent Folder? @relation('tree', fields: [parentId], references: [id])
    children Folder[] @relation('tree')
    ownerId String
    owner User @relation(name: 'owned', fields: [ownerId], references: [id])
    readerId String?
    reader User? @relation('reading', fields: [readerId], references: [id])
    tags Tag[]
    relates Folder[] @relation('related')
    relatedBy Folder[] @relation('related')
}
model User {
    id String @id
    profile Profile?
    owned Folder[] @relation('owned')
    reading Folder[] @relation('reading')
    things Thing[]
    lost Nowhere[]
}
model Profile { userId String @id\n user User @relation(fields: [userId], references: [id]) }
model Tag { a Int\n b Int\n folders Folder[]\n uses Use[]\n @@id([a, b]) }
model Use { tagA Int\n tagB Int\n n Int @id\n tag Tag @relation(fields: [tagA, tagB], references: [a, b]) }
model Thing { id String @id\n kind String\n userId String\n user User @relation(fields: [userId], references: [id])\n parts Part[]\n @@delegate(kind) }
model Car extends Thing { doors Int }
model Part { id String @id\n thingId String\n thing Thing @relation(fields: [thingId], references: [id]) }
`);
    const cases: [string, string, string][] = [
        ['Folder', 'parent', 'Folder one owned parentId=id opposite children'],
        ['Folder', 'children', 'Folder many parentId=id opposite parent'],
        ['Folder', 'owner', 'User one owned ownerId=id opposite owned'],
        ['User', 'owned', 'Folder many ownerId=id opposite owner'],
        ['User', 'reading', 'Folder many readerId=id opposite reader'],
        ['User', 'profile', 'Profile one userId=id opposite user'],
        ['Profile', 'user', 'User one owned userId=id opposite profile'],
        ['Folder', 'tags', 'Tag many m2m opposite folders'],
        ['Tag', 'folders', 'Folder many m2m opposite tags'],
        ['Folder', 'relates', 'Folder many m2m opposite relatedBy'],
        ['Folder', 'relatedBy', 'Folder many m2m opposite relates'],
        ['Tag', 'uses', 'Use many tagA=a tagB=b opposite tag'],
        ['Use', 'tag', 'Tag one owned tagA=a tagB=b opposite uses'],
        ['Car', 'user', 'User one owned userId=id opposite things'],
        ['Car', 'parts', 'Part many thingId=id opposite thing'],
        ['Part', 'thing', 'Thing one owned thingId=id opposite parts'],
    ];
    for (const [model, name, expected] of cases) {
        it(`${model}.${name}`, () => {
            const { relation } = fieldOf(schema, model, name);
            assert.ok(relation);
            const { target, many, owned, keys, manyToMany, opposite } = relation;
            const parts = [
                ...[target, many ? 'many' : 'one', ...(owned ? ['owned'] : []), ...(manyToMany ? ['m2m'] : [])],
                ...keys.map(({ fk, pk }) => `${fk}=${pk}`),
                ...(opposite === undefined ? [] : ['opposite', opposite]),
            ];
            assert.equal(parts.join(' '), expected);
        });
    }

    it('foreign keys know their relations; what leads nowhere is none', () => {
        assert.deepEqual(fieldOf(schema, 'Folder', 'parentId').keyOf, ['parent']);
        assert.deepEqual(fieldOf(schema, 'Use', 'tagB').keyOf, ['tag']);
        assert.deepEqual(fieldOf(schema, 'Car', 'userId').keyOf, ['user']);
        assert.deepEqual(fieldOf(schema, 'Folder', 'id').keyOf, []);
        assert.equal(fieldOf(schema, 'User', 'lost').relation, undefined);
    });
});

describe('the rules of a schema: files', () => {
    const FILES = {
        'schema.zmodel':
            "import './auth'\nimport './base'\nmodel Todo with Owned { id String @id\n @@allow('read', auth().role == ADMIN) }",
        'auth.zmodel': 'enum Role { ADMIN }\ntype Auth { id String @id\n role Role?\n @@auth }',
        'base.zmodel': "import 'schema'\ntype Owned { ownerId String\n @@deny('all', ownerId != auth().id) }",
    };

    it('names are those of all files; a rule knows its file', () => {
        const schema = schemaOf(FILES);
        assert.equal(schema.complete, true);
        const { rules } = modelOf(schema, 'Todo');
        assert.deepEqual(
            rules.map((rule) => [rule.file, show(rule.condition)]),
            [
                [at('base.zmodel'), '(field:ownerId != auth.id)'],
                [at('schema.zmodel'), '(auth.role == Role#ADMIN)'],
            ],
        );
    });

    it('an import that leads nowhere', () => {
        const schema = schemaOf({ 'schema.zmodel': FILES['schema.zmodel'], 'auth.zmodel': FILES['auth.zmodel'] });
        assert.equal(schema.complete, false);
        assert.equal(modelOf(schema, 'Todo').intact, false);
    });

    it('a base in pieces makes what inherits it uncertain, and nothing else', () => {
        const broken = FILES['base.zmodel'].replace('ownerId String', 'ownerId @');
        const schema = schemaOf({ ...FILES, 'base.zmodel': broken });
        assert.equal(schema.complete, false);
        assert.equal(modelOf(schema, 'Todo').intact, false);
        assert.equal(modelOf(schema, 'Auth').intact, true);
    });

    it('a circle of bases ends', () => {
        const schema = schemaOf(
            "type A with B { a Int\n @@allow('read', a == b) }\ntype B with A { b Int }\nmodel M with A { id Int @id }",
        );
        assert.deepEqual([...modelOf(schema, 'M').fields.keys()], ['b', 'a', 'id']);
        assert.equal(modelOf(schema, 'M').rules.length, 1);
    });

    it('is read once, when first asked for', () => {
        const view = viewOf(FILES);
        assert.equal(view.policies(), view.policies());
    });
});
