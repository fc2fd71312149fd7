import assert from 'node:assert/strict';
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
const EDITS = Number(process.env.INCREMENTAL_EDITS ?? 400);
const SEED = Number(process.env.INCREMENTAL_SEED ?? 1);

describe('building after an edit', () => {
    it('gives the trees, links and diagnostics that ZenStack gives for the whole text', async function () {
        this.timeout(600_000);
        const random = new Random(SEED);
        const ours = await MemoryLanguage.start('ours', { 'schema.zmodel': SCHEMA, 'shared.zmodel': SHARED });
        let texts: Record<string, string> = { 'schema.zmodel': SCHEMA, 'shared.zmodel': SHARED };
        let good = texts;
        let broken = 0;
        let whole = 0;
        let different = 0;
        for (let step = 0; step < EDITS; step += 1) {
            const name = random.below(6) === 0 ? 'shared.zmodel' : 'schema.zmodel';
            // Mostly one goes on from what is there; a broken text is mended sooner or later.
            if (broken > random.below(4)) {
                texts = { ...good };
                await ours.update(texts);
            } else {
                texts = { ...texts, [name]: edit(texts[name] ?? '', random) };
                await ours.update({ [name]: texts[name] ?? '' });
            }
            // Upstream takes the user from any file that is loaded, we from the schema's files.
            if (!/^import '.\/shared'/m.test(texts['schema.zmodel'] ?? '')) {
                broken = 9;
                continue;
            }
            const upstream = await MemoryLanguage.start('upstream', texts);
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
                if (upstream.isBroken(file) && ours.diagnostics(file).join() !== upstream.diagnostics(file).join())
                    different += 1;
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
        console.log({ whole, different });
        assert.ok(whole > EDITS / 5, `only ${whole} of ${EDITS} texts could be parsed`);
    });
});
