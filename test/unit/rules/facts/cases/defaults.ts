import { anonymous, note, noteSchema, u1, u1InO1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';
import { call, member, object, string } from '../../../checks/shapes.ts';

/** Columns that take their value from `auth()`. */
export const defaultCases: FactCase[] = [
    {
        name: 'a tenant that a call may omit becomes null',
        code: 'default-auth-null',
        severity: 'warning',
        schema: noteSchema(
            `
            @@allow('create,read', auth() != null && auth().userId == ownerId)`,
            { owner: 'String', organizationAttributes: '«@default(auth().organizationId)»' },
        ),
        contexts: [call(object({ userId: string, organizationId: member(string, { nullable: true }) }))],
        leak: note('create', u1, { ownerId: 'u1', organizationId: null }),
        works: [note('create', u1InO1, { ownerId: 'u1', organizationId: 'o1' })],
        near: [
            {
                why: 'a create without the member is denied',
                replace: [["@@allow('create", "@@deny('create', auth().organizationId == null)\n    @@allow('create"]],
            },
        ],
        fix: 'none',
    },
    {
        name: 'a required tenant that a call may omit: an error of the database',
        code: 'default-auth-null',
        schema: noteSchema(
            `
            @@allow('create,read', auth() != null && auth().userId == ownerId)`,
            { organization: 'String', owner: 'String', organizationAttributes: '«@default(auth().organizationId)»' },
        ),
        contexts: [call(object({ userId: string, organizationId: member(string, { optional: true }) }))],
        leak: note('create', u1, { ownerId: 'u1' }),
        throws: /NOT NULL/,
        works: [note('create', u1InO1, { ownerId: 'u1', organizationId: 'o1' })],
        near: [
            {
                why: 'a create without the member is denied',
                replace: [["@@allow('create", "@@deny('create', auth().organizationId == null)\n    @@allow('create"]],
            },
        ],
        fix: 'none',
    },
    {
        name: 'an owner that anonymous requests leave null',
        code: 'default-auth-null',
        schema: noteSchema(
            `
            @@allow('create', true)
            @@allow('read', auth() != null)`,
            { organization: 'String', ownerAttributes: '«@default(auth().userId)»' },
        ),
        may: ['rule-grants-anonymous', 'rule-create-unreadable'],
        leak: note('create', anonymous, { ownerId: null }),
        works: [note('create', u1, { ownerId: 'u1' })],
        near: [
            {
                why: 'somebody is signed in',
                replace: [["@@allow('create', true)", "@@allow('create', auth() != null)"]],
            },
        ],
        fix: 'none',
    },
];
