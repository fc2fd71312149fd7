import assert from 'node:assert/strict';
import { withoutMemory } from '../../../src/checks/rule-memory.ts';
import type { Code, Finding } from '../../../src/model/finding.ts';
import { Progress, sayForSummary, timeLimit } from '../../support/nightly.ts';
import { SQLITE_PRELUDE } from '../../support/orm.ts';
import { BASE_SCHEMAS, schemaText } from '../../support/rules/base-schema.ts';
import { RuleGenerator } from '../../support/rules/generate-rules.ts';
import { Random } from '../../support/rules/random.ts';
import { policySchemaOf } from '../../support/rules/whole-schema.ts';
import { findingsIn } from './support.ts';

/** How many schemas are made; by night more: `npm run test:nightly`. */
const SCHEMAS = Number(process.env.MEMORY_SCHEMAS ?? 25);
const SEED = Number(process.env.MEMORY_SEED ?? 1);

interface Answer {
    findings: Finding[];
    limited: string[];
}

function answerFor(text: string): Answer {
    const limited = new Set<string>();
    const findings = findingsIn(text, { onLimited: (model) => limited.add(model) });
    return { findings, limited: [...limited].sort() };
}

/** Checks a schema with what is remembered of all that were checked before, and as if it were the first. */
function assertSame(text: string): Answer {
    const remembered = answerFor(text);
    const again = answerFor(text);
    const fresh = withoutMemory(() => answerFor(text));
    assert.deepEqual(remembered, fresh, text);
    assert.deepEqual(again, fresh, text);
    return fresh;
}

/** Other names for what has no meaning by its name. */
function renamed(text: string): string {
    const names: Readonly<Record<string, string>> = {
        Todo: 'Chore',
        todos: 'chores',
        todo: 'chore',
        todoId: 'choreId',
        Folder: 'Shelf',
        folders: 'shelves',
        folder: 'shelf',
        folderId: 'shelfId',
        Note: 'Memo',
        notes: 'memos',
        title: 'subject',
        text: 'words',
        ownerId: 'keeperId',
        owner: 'keeper',
        done: 'over',
        flag: 'mark2',
        count: 'size',
    };
    return text.replaceAll(/\b[A-Za-z]\w*\b/g, (word) => names[word] ?? word);
}

type Change = readonly [RegExp, (found: string) => string];

/** Small differences, each of which may decide. */
const CHANGES: readonly Change[] = [
    [/^ {4}\w+ (String|Int|Boolean|Role|DateTime)$/gm, (line) => `${line}?`],
    [/^ {4}\w+ (String|Int|Boolean|Role|DateTime)\?$/gm, (line) => line.slice(0, -1)],
    [/^ {4}\w+Id String\??$/gm, (line) => `${line} @unique`],
    [/^ {4}\w+Id String\?$/gm, (line) => `${line} @default(auth().id)`],
    [/^ {4}\w+ String\??$/gm, (line) => `${line} @deny('update', true)`],
    [/^ {4}\w+ String\??$/gm, (line) => `${line} @allow('read', auth() != null)`],
    [/@@allow/g, () => '@@deny'],
    [/@@deny/g, () => '@@allow'],
    [/'(read|all|update|create)'/g, (list) => (list === "'read'" ? "'all'" : "'read'")],
    [/==/g, () => '!='],
    [/!=/g, () => '=='],
    [/&&/g, () => '||'],
    [/\|\|/g, () => '&&'],
    [/'[a-z]+'(?=\)| |\])/g, () => "'another'"],
    [/\bmembers\?/g, () => 'members!'],
    [/model Org\b/g, () => 'model Org2'],
    [/^ {4}name String\?$/gm, () => '    token String?'],
];

function changeOne(text: string, random: Random): string {
    for (let tries = 0; tries < 20; tries += 1) {
        const [pattern, change] = random.pick(CHANGES);
        const all = [...text.matchAll(pattern)];
        if (all.length === 0) continue;
        const { index, 0: found } = random.pick(all);
        return text.slice(0, index) + change(found) + text.slice(index + found.length);
    }
    return text;
}

const AUTHS: readonly string[] = [
    `type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    role String?
    tags String[]
    @@auth
}`,
    `type Auth {
    userId String @id
    organizationId String
    organizationRole String
    role String
    tags String[]
    @@auth
}`,
];

/** Rules as applications have them; `$` stands for a text that no other model has. */
const STYLES: readonly (readonly string[])[] = [
    [
        "@@deny('all', auth().organizationId == null || auth().organizationId != organizationId)",
        "@@allow('read', state == '$')",
        "@@allow('create,update,delete', auth().userId == ownerId)",
        "@@allow('read', auth().organizationRole in ['owner', 'admin'] && state == '$')",
    ],
    [
        "@@allow('read', organization.members?[userId == auth().userId])",
        "@@allow('update', organization.members?[userId == auth().userId && role == 'editor'])",
        "@@allow('create', ownerId == auth().userId)",
    ],
    [
        "@@deny('all,post-update', auth().organizationId != organizationId)",
        "@@allow('all', auth().userId == ownerId)",
        "@@allow('read', state != '$')",
    ],
    [
        "@@allow('all', auth().organizationRole == 'owner')",
        "@@allow('read', auth().organizationId == organizationId)",
        "@@allow('read', check(parent, 'read'))",
    ],
    [
        "@@allow('all', auth().organizationId == organizationId && auth().organizationRole == 'admin')",
        "@@allow('read', contains(state, auth().role))",
    ],
    ["@@allow('all', !(auth().role in ['banned', '$']) && ownerId == auth().userId)", "@@deny('delete', state == '$')"],
    ["@@allow('read', published)", "@@allow('all', organization.members![role == '$'])"],
];

/** A schema of an application: models of a tenant, most of them in the same styles. */
function applicationSchema(random: Random): string {
    const names = Array.from({ length: 5 + random.below(4) }, (_, index) => `Doc${index}`);
    const styles = [random.pick(STYLES), random.pick(STYLES)];
    const models = names.map((name, index) => {
        const suffix = random.chance(0.5) ? '' : String(index);
        const owner = random.pick(['ownerId', 'authorId', 'ownerId']);
        const rules = random.pick(styles).map((rule) =>
            rule
                .replaceAll('$', random.pick(['open', `state-${index}`]))
                .replaceAll('ownerId', owner)
                .replaceAll('state', `state${suffix}`),
        );
        const text = `model ${name} {
    id String @id
    state${suffix} String
    published Boolean
    organizationId String${random.pick(['', '', '?'])}
    organization Organization${random.pick(['', '?'])} @relation(fields: [organizationId], references: [id])
    ${owner} String
    owner User @relation(fields: [${owner}], references: [id])
    parentId String?
    parent ${names[index - 1] ?? name}? @relation('p${index}', fields: [parentId], references: [id])
    children ${names[index + 1] ?? name}[] @relation('p${index === names.length - 1 ? index : index + 1}')
${rules.map((rule) => `    ${rule}`).join('\n')}
}`;
        return random.chance(0.4) ? changeOne(text, random) : text;
    });
    const lists = names.map((name) => `    ${name.toLowerCase()}s ${name}[]`).join('\n');
    return `${SQLITE_PRELUDE}${random.pick(AUTHS)}

model User {
    id String @id
    name String?
    members Member[]
${lists}
    @@allow('read', auth() != null)
}

model Organization {
    id String @id
    members Member[]
${lists}
    @@allow('read', members?[userId == auth().userId])
}

model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    role String
    @@allow('read', organization.members?[userId == auth().userId])
}

${models.join('\n\n')}
`;
}

/** Pairs of models that differ in one thing: nothing is found in the first, and this in the second. */
const PAIRS: readonly { what: string; silent: string; found: string; code: Code }[] = [
    {
        what: 'a nullable column',
        silent: "ownerId String @deny('update', true)\n@@allow('all', auth().role == ownerId)",
        found: "ownerId String? @deny('update', true)\n@@allow('all', auth().role == ownerId)",
        code: 'rule-null-match',
    },
    {
        what: 'a default',
        silent: "ownerId String?\n@@allow('create', true)",
        found: "ownerId String? @default(auth().userId)\n@@allow('create', true)",
        code: 'default-auth-null',
    },
    {
        what: 'a rule on a column',
        silent: "ownerId String @deny('update', true)\n@@allow('all', auth().userId == ownerId)",
        found: "ownerId String @deny('update', false)\n@@allow('all', auth().userId == ownerId)",
        code: 'rule-tenant-escape',
    },
    {
        what: 'a column that is generated',
        silent: "ownerId String @computed\n@@allow('all', auth().userId == ownerId)",
        found: "ownerId String\n@@allow('all', auth().userId == ownerId)",
        code: 'rule-tenant-escape',
    },
    {
        what: 'the name of a column that holds a secret',
        silent: "word String\n@@allow('read', true)",
        found: "token String\n@@allow('read', true)",
        code: 'rule-grants-anonymous',
    },
    {
        what: 'the name of a column that holds the tenant',
        silent: "folderId String\n@@allow('read', auth().organizationRole == 'owner')",
        found: "organizationId String\n@@allow('read', auth().organizationRole == 'owner')",
        code: 'rule-cross-tenant-role',
    },
    {
        what: 'a text that two comparisons share',
        silent: "state String\n@@allow('read', auth() != null && (state == 'x' && state == 'x'))",
        found: "state String\n@@allow('read', auth() != null && (state == 'y' && state == 'z'))",
        code: 'rule-never-true',
    },
    {
        what: 'a column that two comparisons share',
        silent: "one String\ntwo String\n@@allow('read', auth() != null && one == 'x' && two == 'y')",
        found: "one String\ntwo String\n@@allow('read', auth() != null && one == 'x' && one == 'y')",
        code: 'rule-never-true',
    },
    {
        what: 'the values of an enum',
        silent: "state State\n@@allow('read', auth() != null && state != OPEN)",
        found: "state Single\n@@allow('read', auth() != null && state != ONLY)",
        code: 'rule-never-true',
    },
    {
        what: 'the rules behind check()',
        silent: "upId String\nup Open @relation(fields: [upId], references: [id])\n@@allow('read', check(up, 'read'))",
        found: "upId String\nup Shut @relation(fields: [upId], references: [id])\n@@allow('read', check(up, 'read'))",
        code: 'rule-never-grants',
    },
    {
        what: 'a relation that may lead nowhere',
        silent: "upId String\nup Open @relation(fields: [upId], references: [id])\n@@deny('all', !(auth().userId == up.by))\n@@allow('read', auth() != null)",
        found: "upId String?\nup Open? @relation(fields: [upId], references: [id])\n@@deny('all', !(auth().userId == up.by))\n@@allow('read', auth() != null)",
        code: 'rule-deny-fails-open',
    },
    {
        what: 'who may read what may be created',
        silent: "by String\n@@allow('create', auth() != null && by == auth().userId)\n@@allow('read', by == auth().userId)\n@@deny('update', true)",
        found: "by String\n@@allow('create', auth() != null && by == auth().userId)\n@@allow('read', by != auth().userId)\n@@deny('update', true)",
        code: 'rule-create-unreadable',
    },
];

/** Two models with these bodies, and what they refer to. */
function pairSchema(bodies: readonly string[]): string {
    const models = bodies.map((body, index) => `model Item${index + 1} {\nid String @id\n${body}\n}`);
    return `${SQLITE_PRELUDE}type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    role String?
    @@auth
}

enum State { OPEN CLOSED }
enum Single { ONLY }

model Open {
    id String @id
    by String
    @@allow('read', auth().userId == by)
}

model Shut {
    id String @id
    by String
    @@allow('create', auth().userId == by)
}

${models.join('\n\n')}
`;
}

describe('what is remembered of rules', function () {
    this.timeout(timeLimit(600_000));

    for (const { what, silent, found, code } of PAIRS) {
        it(`is told apart by ${what}`, () => {
            const codes = (bodies: readonly string[], model: string): Code[] => {
                const text = pairSchema(bodies);
                const { findings } = assertSame(text);
                const start = text.indexOf(`model ${model} `);
                const end = text.indexOf('\n}', start);
                return findings.filter(({ span }) => span.start > start && span.end <= end).map((each) => each.code);
            };
            assert.ok(!codes([silent, silent], 'Item1').includes(code), 'nothing in the first');
            assert.ok(codes([silent, found], 'Item2').includes(code), 'found in the second');
            assert.ok(codes([found, silent], 'Item1').includes(code), 'found after an edit');
        });
    }

    for (const kind of ['type', 'model'] as const) {
        it(`is what would be found anew, under other names and with one thing changed, auth() is a ${kind}`, () => {
            const base = BASE_SCHEMAS[kind];
            const plain = policySchemaOf(SQLITE_PRELUDE + schemaText(base, {}));
            const random = new Random(SEED);
            const progress = new Progress(SCHEMAS);
            let count = 0;
            for (let index = 0; index < SCHEMAS; index += 1) {
                progress.at(index, () => `${count} findings`);
                const operation = random.pick(['read', 'create', 'update', 'delete', 'post-update'] as const);
                const rules = new RuleGenerator(random, plain).rules(operation);
                const text = SQLITE_PRELUDE + schemaText(base, rules);
                count += assertSame(text).findings.length;
                const other = renamed(text);
                assertSame(other);
                assertSame(changeOne(other, random));
                assertSame(changeOne(text, random));
            }
            sayForSummary(`${SCHEMAS} schemas, auth() is a ${kind}: ${count} findings, the same anew`);
            assert.ok(count > SCHEMAS / 10, 'some have findings');
        });
    }

    it('is what would be found anew in models that are nearly the same, before and after edits', () => {
        const random = new Random(SEED + 1);
        const progress = new Progress(SCHEMAS);
        let count = 0;
        for (let index = 0; index < SCHEMAS; index += 1) {
            progress.at(index, () => `${count} findings`);
            let text = applicationSchema(random);
            for (let edit = 0; edit < 3; edit += 1) {
                count += assertSame(text).findings.length;
                text = changeOne(text, random);
            }
        }
        sayForSummary(`${SCHEMAS} schemas of nearly the same models: ${count} findings, the same anew`);
        assert.ok(count > SCHEMAS, 'some have findings');
    });
});
