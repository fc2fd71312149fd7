import assert from 'node:assert/strict';
import { isDataModel, isModel } from '@zenstackhq/language/ast';
import type { AbstractDeclaration, DataModel, Model } from '@zenstackhq/language/ast';
import { AstUtils, setInterruptionPeriod } from 'langium';
import { toParsedSource } from '../../../src/zmodel/parse.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';
import { Progress, sayForSummary, timeLimit } from '../../support/nightly.ts';
import { Random } from '../../support/rules/random.ts';
import { MemoryLanguage } from '../../support/zmodel/languages.ts';

const SCHEMA = `import './shared'

// where it is kept
datasource db {
    provider = 'postgresql'
    url = env('DATABASE_URL')
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

/// Who asks.
type Auth {
    userId         String  @id
    organizationId String?
    role           Role?
    members        Member[]

    @@auth
}

enum Role {
    ADMIN
    MEMBER // the rest
}

model User {
    id      String   @id @default(cuid())
    email   String   @unique @email
    members Member[]
    todos   Todo[]
    posts   Post[]
} /* users end here */

model Organization {
    id      String   @id @default(cuid())
    members Member[]
    todos   Todo[]

    @@allow('read', members?[userId == auth().userId])
}

model Member {
    id             String       @id
    role           Role         @default(MEMBER)
    userId         String
    user           User         @relation(fields: [userId], references: [id])
    organizationId String
    organization   Organization @relation(fields: [organizationId], references: [id])

    @@allow('all', auth().role == ADMIN)
    @@unique([userId, organizationId])
}

/// A thing to do.
model Todo with Dated {
    id             String        @id @default(cuid())
    title          String        @length(1, 200)
    ownerId        String        @default(auth().userId)
    owner          User          @relation(fields: [ownerId], references: [id])
    organizationId String?
    organization   Organization? @relation(fields: [organizationId], references: [id])
    subs           SubTodo[]

    @@allow('all', auth().userId == ownerId && auth().role == ADMIN) // mine
    @@allow('read', organization.members?[m, m.userId == auth().userId && m.role == MEMBER])
    @@deny('read', auth().organizationId != organizationId)
    @@deny('post-update', ownerId != before().ownerId)
}

model SubTodo with Dated {
    id     String @id
    todoId String
    todo   Todo   @relation(fields: [todoId], references: [id])
    secret String? @allow('read', auth().role == ADMIN)

    @@allow('read', check(todo, 'read'))
}

model Content {
    id   String @id
    type String
    @@delegate(type)
    @@allow('read', true)
}

model Post extends Content {
    body     String
    authorId String
    author   User @relation(fields: [authorId], references: [id])
    @@allow('update', createdOn() == 1 || authorId == auth().userId)
}

function createdOn(): Int {
} @@@expressionContext([AccessPolicy])

attribute @mark(_ text: String)
/// Marked.
model Marked {
    id String @id @mark('x')
    tags String[]
    @@allow('read', auth() != null && has(tags, 'a'))
}
`;

const SHARED = `type Dated {
    createdAt DateTime @default(now())
    updatedAt DateTime @updatedAt
    @@allow('read', auth() != null)
}

enum Color { RED GREEN }
`;

/** What an edit puts in somewhere. */
const PIECES = [
    '    extra String?\n',
    "    @@allow('read', auth().role == MEMBER)\n",
    "    @@deny('all', auth() == null)\n",
    'model Extra {\n    id String @id\n    owner User?\n}\n',
    'enum Level {\n    LOW\n    ADMIN\n}\n',
    '/// said of what follows\n',
    '// a comment\n',
    '/* over\n lines */',
    '{',
    '}',
    '(',
    "'",
    '"',
    '/*',
    '///',
    'model ',
    'import "./other"\n',
    '@@auth\n',
    'enum A { X } enum B { Y }\n',
    '\r\n',
    '\n\n',
    ' ',
    '€',
    'with Dated ',
    'extends Content ',
    '?',
    '[]',
];

const WORDS = [
    'User',
    'Todo',
    'ownerId',
    'MEMBER',
    'Role',
    'Dated',
    'userId',
    'String',
    'members',
    'Organization',
    'Post',
    '@@allow',
    'createdAt',
];

/** One edit as a person, a tool or a merge makes it. */
function edit(text: string, random: Random): string {
    const lines = text.split('\n');
    const line = (): number => random.below(lines.length);
    const at = random.below(text.length);
    const kind = random.below(9);
    if (kind === 0) lines.splice(line(), 1);
    else if (kind === 1) lines.splice(line(), 0, lines[line()] ?? '');
    else if (kind === 2) {
        const [a, b] = [line(), line()];
        [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    } else if (kind === 3 || kind === 4) {
        const start = lines.slice(0, line()).join('\n').length;
        return `${text.slice(0, start)}\n${random.pick(PIECES)}${text.slice(start)}`;
    } else if (kind === 5) return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    else if (kind === 6) return text.slice(0, at) + text.slice(at + 1 + random.below(12));
    else if (kind === 7) {
        const word = random.pick(WORDS);
        return text.replaceAll(
            new RegExp(`\\b${word.replace('@@', '')}\\b`, 'g'),
            `${word.replace('@@', '')}${random.below(3)}`,
        );
    } else {
        // A declaration goes elsewhere.
        const blocks = text.split('\n\n');
        const [moved] = blocks.splice(random.below(blocks.length), 1);
        blocks.splice(random.below(blocks.length + 1), 0, moved ?? '');
        return blocks.join('\n\n');
    }
    return lines.join('\n');
}

const FILES = ['schema.zmodel', 'shared.zmodel'];
/** By night more: `npm run test:nightly`. */
const EDITS = Number(process.env.INCREMENTAL_EDITS ?? 200);
const SEED = Number(process.env.INCREMENTAL_SEED ?? 1);

/** Upstream prints where it finds its library, and what went wrong within it. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
    const { log, warn, error } = console;
    Object.assign(console, { log: () => undefined, warn: () => undefined, error: () => undefined });
    try {
        return await run();
    } finally {
        Object.assign(console, { log, warn, error });
    }
}

describe('building after an edit', () => {
    // A build can be given up wherever it lets others have a turn: here that is everywhere.
    before(() => {
        setInterruptionPeriod(0);
    });
    after(() => {
        setInterruptionPeriod(10);
    });

    it('gives the trees, links and diagnostics that ZenStack gives for the whole text', async function () {
        this.timeout(timeLimit(7_200_000));
        const random = new Random(SEED);
        let good: Record<string, string> = { 'schema.zmodel': SCHEMA, 'shared.zmodel': SHARED };
        // Opened while it is broken.
        let texts: Record<string, string> = {
            ...good,
            'schema.zmodel': SCHEMA.replace('model Todo with', 'model with'),
        };
        const ours = await MemoryLanguage.start('ours', texts);
        let broken = 9;
        let whole = 0;
        const progress = new Progress(EDITS);
        for (let step = 0; step < EDITS; step += 1) {
            progress.at(step, () => `${whole} texts without errors of syntax`);
            const name = random.below(6) === 0 ? 'shared.zmodel' : 'schema.zmodel';
            // Mostly one goes on from what is there; a broken text is mended sooner or later.
            if (broken > random.below(4)) {
                texts = { ...good };
                await ours.update(texts);
            } else {
                texts = { ...texts, [name]: edit(texts[name] ?? '', random) };
                await ours.update({ [name]: texts[name] ?? '' }, random.chance(0.3) ? random.below(60) : Infinity);
            }
            // What was given up is done with the next build, whatever that is about.
            await ours.update({});
            // Upstream takes the user from any file that is loaded, we from the schema's files.
            if (!/^import '.\/shared'/m.test(texts['schema.zmodel'] ?? '')) {
                broken = 9;
                continue;
            }
            const upstream = await quietly(() => MemoryLanguage.start('upstream', texts));
            // It forgets a plugin that is gone; with us it stays loaded.
            if (!upstream.hasPlugin) {
                broken = 9;
                continue;
            }
            const where = `seed ${SEED}, step ${step}`;
            const isBroken = FILES.some((file) => upstream.isBroken(file));
            for (const file of FILES) {
                const message = `${where}, ${file}\n${texts[file] ?? ''}`;
                assert.equal(ours.isBroken(file), upstream.isBroken(file), message);
                if (isBroken) continue;
                assert.deepEqual(ours.leaves(file), upstream.leaves(file), message);
                assert.deepEqual(ours.diagnostics(file), upstream.diagnostics(file), message);
                assert.deepEqual(ours.tree(file), upstream.tree(file), message);
            }
            broken = isBroken ? broken + 1 : 0;
            if (!isBroken) {
                whole += 1;
                const errors = ours.diagnostics('schema.zmodel').length + ours.diagnostics('shared.zmodel').length;
                if (errors === 0) good = texts;
                else if (random.below(4) === 0) broken = 9;
            }
        }
        sayForSummary(`${EDITS} edits, ${whole} texts without errors of syntax: the same as ZenStack's`);
        assert.ok(whole > EDITS / 5, `only ${whole} of ${EDITS} texts could be parsed`);
    });
});

describe('what an edit leaves alone', () => {
    let ours: MemoryLanguage;
    let text: string;

    const model = (): Model => {
        const { value } = ours.document('schema.zmodel').parseResult;
        assert.ok(isModel(value));
        return value;
    };
    const named = (name: string): DataModel => {
        const found = model().declarations.find((each) => each.name === name);
        assert.ok(found && isDataModel(found), name);
        return found;
    };
    const replace = async (before: string, after: string): Promise<void> => {
        assert.ok(text.includes(before), before);
        text = text.replace(before, after);
        await ours.update({ 'schema.zmodel': text });
    };
    /** Declarations that were linked anew since they had the given links. */
    const relinked = (before: ReadonlyMap<AbstractDeclaration, unknown>): string[] =>
        model()
            .declarations.filter((each) => before.get(each) !== ours.linkOf(each))
            .map(({ name }) => name);
    const links = (): Map<AbstractDeclaration, unknown> =>
        new Map(model().declarations.map((each) => [each, ours.linkOf(each)]));

    beforeEach(async () => {
        text = SCHEMA;
        ours = await MemoryLanguage.start('ours', { 'schema.zmodel': SCHEMA, 'shared.zmodel': SHARED });
        assert.deepEqual(ours.diagnostics('schema.zmodel'), []);
    });

    it('is every other declaration, when a rule changes', async () => {
        const before = links();
        await replace("@@allow('all', auth().role == ADMIN)", "@@allow('all', auth().role == MEMBER)");
        assert.deepEqual(relinked(before), ['Member']);
        assert.deepEqual([...links().keys()], [...before.keys()], 'the objects are the same');
    });

    it('is what does not refer to a model, when a field of it changes', async () => {
        const before = links();
        await replace('title          String        @length(1, 200)', 'title          String?       @length(1, 200)');
        assert.deepEqual(relinked(before), ['User', 'Organization', 'Todo', 'SubTodo']);
    });

    it('is what does not say a name, when the name comes or goes', async () => {
        const before = links();
        await replace('enum Role {', 'enum Mark {\n    X\n}\n\nenum Role {');
        assert.deepEqual(relinked(before), ['Mark']);
        await replace('enum Mark {', 'enum Todo {');
        assert.ok(relinked(before).includes('SubTodo'));
    });

    it('is nothing that upstream fails on: a relation to what has no fields', async () => {
        await replace('enum Role {', 'enum Todo {\n    X\n}\n\nenum Role {');
        await replace('model Todo with Dated {', 'model Other with Dated {');
        const line = text.split('\n').findIndex((each) => each.includes('todo   Todo'));
        assert.ok(ours.diagnostics('schema.zmodel').some((found) => found.startsWith(`${line}:`)));
    });

    it('is nothing that calls auth(), when another declaration stands behind it', async () => {
        const before = links();
        await replace('    @@auth\n', '');
        const callers = ['Organization', 'Member', 'Todo', 'SubTodo', 'Post', 'Marked'];
        assert.deepEqual(
            callers.filter((name) => !relinked(before).includes(name)),
            [],
        );
        assert.ok(ours.diagnostics('schema.zmodel').some((line) => line.includes("named 'organizationId'")));
    });

    it('moves, with what was found in it, when something is put in above it', async () => {
        await replace('title          String        @length(1, 200)', 'title          Int           @length(1, 200)');
        const [before] = ours.diagnostics('schema.zmodel');
        const line = text.split('\n').findIndex((each) => each.includes('title '));
        assert.ok(before !== undefined && before.startsWith(`${line}:`), before);
        const linked = links();
        await replace('// where it is kept\n', '// where it is kept,\n// and how\n');
        // What was put in stands before the datasource, and is read with it.
        assert.deepEqual(relinked(linked), ['db']);
        assert.deepEqual(ours.diagnostics('schema.zmodel'), [
            before.replaceAll(/\b\d+(?=:)/g, (at) => `${Number(at) + 1}`),
        ]);
    });

    it('keeps its objects while another declaration is broken, and what it says can be followed', async () => {
        const todo = named('Todo');
        const title = todo.fields.find(({ name }) => name === 'ownerId');
        await replace(
            '    ownerId        String        @default(auth().userId)',
            '    ownerId        String        @default(',
        );
        assert.ok(ours.isBroken('schema.zmodel'));
        const reference = named('SubTodo').fields.find(({ name }) => name === 'todo')?.type.reference;
        assert.equal(reference?.ref, named('Todo'));
        await replace(
            '    ownerId        String        @default(',
            '    ownerId        String        @default(auth().userId)',
        );
        assert.equal(named('Todo'), todo);
        assert.equal(
            todo.fields.find(({ name }) => name === 'ownerId'),
            title,
        );
        assert.deepEqual(ours.diagnostics('schema.zmodel'), []);
    });

    it('is no declaration that may have ended too early, until it is whole again', async () => {
        const intact = (): boolean | undefined => {
            const { parseResult } = ours.document('schema.zmodel');
            const source = { ...toParsedSource(text, parseResult), file: '/schema.zmodel', imports: [] };
            const { declarations } = buildSchemaView('/schema.zmodel', [source]);
            return declarations.find(({ name }) => name === 'Organization')?.intact;
        };
        assert.equal(intact(), true);
        await replace(
            '    members Member[]\n    todos   Todo[]\n\n    @@allow',
            '    members Member[]\n}\n    todos   Todo[]\n\n    @@allow',
        );
        assert.equal(intact(), false, 'a brace too many');
        await replace(
            '    members Member[]\n}\n    todos   Todo[]\n\n    @@allow',
            '    members Member[]\n    todos   Todo[]\n\n    @@allow',
        );
        assert.equal(intact(), true);
        await replace('model Marked {', 'model Marked');
        assert.equal(intact(), true, 'an error far away');
    });

    it('is where it was when what is missing is missing at the end of another one', async () => {
        await replace(
            "    @@allow('read', members?[userId == auth().userId])\n}",
            "    @@allow('read', members?[userId == auth().userId])\n",
        );
        const line = text.split('\n').findIndex((each) => each.includes('members?[userId'));
        assert.deepEqual(
            ours.diagnostics('schema.zmodel').map((each) => Number(each.split(':')[0])),
            [line],
        );
    });

    it('does not lead to what is gone, while the text is broken', async () => {
        await replace('model Content {', 'modl Content {');
        assert.ok(ours.isBroken('schema.zmodel'));
        assert.equal(named('Post').baseModel?.ref, undefined);
    });

    it('is found as a reference at the place where it is now', async () => {
        await replace('// where it is kept\n', '// where it is kept,\n// and how\n');
        const target = named('Todo');
        const found = ours.references(target);
        const texts = found.map(({ segment }) => text.slice(segment.offset, segment.end));
        assert.equal(found.length, 3);
        assert.deepEqual(new Set(texts), new Set(['Todo']));
        const lines = text.split('\n');
        for (const { segment } of found) assert.ok(lines[segment.range.start.line]?.includes('Todo'));
        assert.equal(AstUtils.getDocument(target), ours.document('schema.zmodel'));
    });
});
