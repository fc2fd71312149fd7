import { anonymous, note, noteSchema, u1, u1InO1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const required = { organization: 'String', owner: 'String' } as const;
const memberships = {
    ...required,
    auth: 'memberships Membership[]',
    declarations: 'type Membership {\n    organizationId String\n    role String\n}',
};
const members = {
    ...required,
    organizationFields: 'members Member[]',
    user: 'memberships Member[]',
    declarations: `model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    isActive Boolean @default(true)

    @@allow('read', auth() != null && userId == auth().userId)
}`,
};

/** Predicates over lists, functions on texts, and operators side by side. */
export const listCases: FactCase[] = [
    ...(['contains', 'startsWith', 'endsWith'] as const).map((name): FactCase => ({
        name: `${name} with a member that may be missing`,
        code: 'rule-substring-grant',
        severity: 'error',
        schema: noteSchema(`@@allow('read', «${name}(title, auth().team)»)`, { ...required, auth: 'team String?' }),
        leak: note('read', anonymous, { title: 'secret' }),
        works: [note('read', { userId: 'u1', team: 'red' }, { title: 'red' })],
        near: [
            { why: 'the text is a literal', instead: `${name}(title, 'public')` },
            {
                why: 'the member is there and not empty',
                instead: `auth().team != null && auth().team != '' && ${name}(title, auth().team)`,
            },
        ],
    })),
    {
        name: 'contains with an empty text, for somebody who is signed in',
        code: 'rule-substring-grant',
        schema: noteSchema(`@@allow('read', auth().team != null && «contains(title, auth().team)»)`, {
            ...required,
            auth: 'team String?',
        }),
        leak: note('read', { userId: 'u1', team: '' }, { title: 'secret' }),
        works: [note('read', { userId: 'u1', team: 'red' }, { title: 'a red one' })],
        near: [
            {
                why: 'the member is not empty',
                instead: "auth().team != '' && contains(title, auth().team)",
            },
        ],
    },
    {
        name: 'a column of the element compared with itself',
        code: 'rule-self-comparison',
        severity: 'error',
        schema: noteSchema(`@@allow('read', auth().memberships?[«organizationId == organizationId»])`, memberships),
        leak: note(
            'read',
            { userId: 'u1', memberships: [{ organizationId: 'o2', role: 'member' }] },
            { organizationId: 'o1' },
        ),
        works: [
            note(
                'read',
                { userId: 'u1', memberships: [{ organizationId: 'o1', role: 'member' }] },
                { organizationId: 'o1' },
            ),
        ],
        near: [{ why: 'it is the column of the row', instead: 'organizationId == this.organizationId' }],
    },
    {
        name: 'a column of the element compared with itself, beside a binding',
        code: 'rule-self-comparison',
        schema: noteSchema(
            `@@allow('read', auth() != null && owner.memberships?[m, «m.organizationId == organizationId»])`,
            members,
        ),
        leak: note(
            'read',
            u1,
            { organizationId: 'o1', ownerId: 'u2' },
            {
                related: [{ model: 'Member', row: { userId: 'u2', organizationId: 'o2' } }],
            },
        ),
        works: [
            note(
                'read',
                u1,
                { organizationId: 'o1', ownerId: 'u2' },
                {
                    related: [{ model: 'Member', row: { userId: 'u2', organizationId: 'o1' } }],
                },
            ),
        ],
        near: [{ why: 'it is the column of the row', instead: 'm.organizationId == this.organizationId' }],
    },
    {
        name: 'a column of a related element compared with itself',
        code: 'rule-self-comparison',
        schema: noteSchema(
            `@@allow('read', auth() != null && owner.memberships?[«organizationId == organizationId»])`,
            members,
        ),
        leak: note(
            'read',
            u1,
            { organizationId: 'o1', ownerId: 'u2' },
            {
                related: [{ model: 'Member', row: { userId: 'u2', organizationId: 'o2' } }],
            },
        ),
        works: [
            note(
                'read',
                u1,
                { organizationId: 'o1', ownerId: 'u2' },
                {
                    related: [{ model: 'Member', row: { userId: 'u2', organizationId: 'o1' } }],
                },
            ),
        ],
        near: [{ why: 'it is the column of the row', instead: 'organizationId == this.organizationId' }],
    },
    {
        name: 'every element of an empty list',
        code: 'rule-empty-list-grants',
        severity: 'information',
        schema: noteSchema(`@@allow('read', auth() != null && «organization.members![isActive]»)`, members),
        leak: note('read', u1, { organizationId: 'o1' }),
        works: [
            note(
                'read',
                u1,
                { organizationId: 'o1' },
                {
                    related: [{ model: 'Member', row: { organizationId: 'o1', userId: 'u1', isActive: true } }],
                },
            ),
        ],
        near: [
            { why: 'there must be one', instead: 'organization.members?[true] && organization.members![isActive]' },
            { why: 'one is enough', instead: 'organization.members?[isActive]' },
        ],
        fix: 'none',
    },
    {
        name: 'none of an empty list',
        code: 'rule-empty-list-grants',
        schema: noteSchema(`@@allow('read', auth() != null && «organization.members^[!isActive]»)`, members),
        leak: note('read', u1, { organizationId: 'o1' }),
        works: [
            note(
                'read',
                u1,
                { organizationId: 'o1' },
                {
                    related: [{ model: 'Member', row: { organizationId: 'o1', userId: 'u1', isActive: true } }],
                },
            ),
        ],
        near: [{ why: 'one is enough', instead: 'organization.members?[isActive]' }],
        fix: 'none',
    },
    {
        name: 'or before and: what stands last holds for all',
        code: 'rule-mixed-operators',
        severity: 'warning',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@allow('read', «auth().userId == ownerId || auth().role == 'editor' && published»)`,
            required,
        ),
        works: [note('read', u1, { ownerId: 'u1', published: true })],
        near: [
            {
                why: 'parentheses say which',
                instead: "auth().userId == ownerId || (auth().role == 'editor' && published)",
            },
            {
                why: 'both readings are the same',
                instead: "auth().role == 'editor' && published || auth().userId == ownerId",
            },
            {
                why: 'a predicate is a group of its own',
                instead: "auth().userId == ownerId || organization.notes?[published && title != '']",
            },
        ],
        fix: 'none',
    },
    {
        name: 'or before and: a row is refused that JavaScript would grant',
        code: 'rule-mixed-operators',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@allow('read', «auth().userId == ownerId || auth().role == 'editor' && published»)`,
            required,
        ),
        works: [note('read', { userId: 'u9', role: 'editor' }, { published: true })],
        near: [],
        fix: 'none',
    },
    {
        name: 'or before and in a deny: a row is open that JavaScript would refuse',
        code: 'rule-mixed-operators',
        schema: noteSchema(
            `
            @@deny('all', auth() == null)
            @@deny('read', «title == 'secret' || body == null && !published»)
            @@allow('read', true)`,
            required,
        ),
        leak: note('read', u1InO1, { title: 'secret', body: 'text', published: true }),
        works: [note('read', u1InO1, { title: 'x', body: 'text', published: true })],
        near: [{ why: 'parentheses say which', instead: "title == 'secret' || (body == null && !published)" }],
        fix: 'none',
    },
];
