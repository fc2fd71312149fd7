import assert from 'node:assert/strict';
import type { ContextShape, ShapeMember } from '../../../src/model/context-shape.ts';
import type { AuthConfig } from '../../../src/model/auth-table.ts';
import { runChecks } from '../../../src/checks/index.ts';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import { configOf, insertInto, viewOf } from '../insert/support.ts';

const START = `datasource db {
    provider = 'sqlite'
    url = 'file:./dev.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

/// Who asks.
type Auth {
    userId         String  @id
    organizationId String?
    role           Role?

    @@auth
}

enum Role {
    ADMIN
    MEMBER
}

type Dated {
    createdAt DateTime @default(now())
}

model Todo with Dated {
    id             String        @id @default(cuid())
    ownerId        String        @default(auth().userId)
    organizationId String

    @@allow('all', auth().userId == ownerId && auth().role == ADMIN) // mine
    @@deny('read', auth().organizationId != organizationId)
    @@deny('post-update', ownerId != before().ownerId)
}
`;

/** What a person has typed when the server looks: each leaves the declaration, or all that follows, in pieces. */
const TYPED = [
    'own',
    'owner User @relation(',
    'owner User @relation(fields: [',
    '@',
    '@@',
    '@@allow(',
    "@@allow('read', auth().",
    "@@allow('read', auth().userId == ",
    "@@deny('all', !(",
    'model',
    'model Half',
    'model Half {',
    'type ',
    'type Half {\n    x',
    'enum Half {',
    "import './x",
    'import',
    "'",
    '"half',
    '/* half',
    '{',
    '}',
    '(',
    ')',
    '[',
    'datasource',
    'attribute @@x(',
    '%',
];

function member(text: string, nullable: boolean): ShapeMember {
    return { type: { kind: 'string' }, text, optional: false, nullable, undefinable: false };
}

const LOCATION = {
    file: '/project/src/db.ts',
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 9 } },
};

const CONTEXT: ContextShape = {
    argument: LOCATION,
    call: LOCATION,
    argumentText: 'context',
    typeText: 'Context',
    value: {
        kind: 'object',
        open: false,
        members: {
            userId: member('string', false),
            organizationId: member('string | null', true),
            role: member('string | null', true),
        },
    },
    mayBeUndefined: true,
    mayBeNull: false,
    inTest: false,
    unknown: [],
};

describe('a half-typed schema', () => {
    let config: AuthConfig;
    let good: string;
    before(async () => {
        config = await configOf();
        good = (await insertInto(START, config)).text;
    });

    const findings = (text: string): string[] =>
        runChecks({
            view: viewOf(text),
            contexts: [CONTEXT],
            configs: [config],
            isMainSchema: true,
            display: (file) => file,
        }).map(({ code, message }) => `${code}: ${message}`);

    it('has no findings when it is whole', () => {
        assert.deepEqual(findings(good), []);
    });

    /** Every line takes its turn with some of what is typed, since all with all would take minutes. */
    const broken = (): string[] => {
        const lines = good.split('\n');
        const typed = TYPED.flatMap((text, index) =>
            Array.from({ length: 3 }, (_, turn) =>
                lines.toSpliced((index * 7 + turn * 29) % lines.length, 0, `    ${text}`).join('\n'),
            ),
        );
        const cut = lines.flatMap((line, index) =>
            index % 3 === 0 && line.length > 6
                ? [lines.with(index, line.slice(0, 5 + ((index * 3) % (line.length - 5)))).join('\n')]
                : [],
        );
        return [...typed, ...cut].filter((text) => viewOf(text).files[0]?.hasSyntaxErrors);
    };

    it('says nothing false, whatever has just been typed or cut off', () => {
        const texts = broken();
        assert.ok(texts.length > 60, `${texts.length} texts`);
        for (const text of texts) assert.deepEqual(findings(text), [], text);
    });

    it('keeps what is certain: findings in the declarations that are whole', () => {
        const faulty = good.replace('auth().userId == ownerId', 'auth().nobody == ownerId');
        const message = 'auth-member-missing: type Auth, which describes auth(), has no member "nobody".';
        assert.deepEqual(findings(`${faulty}\nmodel Half {\n    id\n`), [message]);
        assert.deepEqual(findings(faulty.replace('    ADMIN\n', '    ADMIN (\n')), [message]);
        assert.deepEqual(findings(faulty.replace('    @@auth', '    @@auth(')), []);
    });

    it('is not edited inside a declaration that is in pieces', () => {
        for (const text of broken().filter((_, index) => index % 4 === 0)) {
            const view = viewOf(text);
            const changes = planInsert(view, config).changes;
            for (const { span } of view.declarations.filter(({ intact }) => !intact)) {
                const inside = changes.filter(({ start, end }) => start < span.end && end > span.start);
                assert.deepEqual(inside, [], text);
            }
        }
    });
});
