import { anonymous, note, noteSchema, u1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

const required = { organization: 'String', owner: 'String' } as const;

/** Allows that are true when the member is missing. */
export const negativeCases: FactCase[] = [
    {
        name: 'a role that is not another',
        code: 'rule-negative-grant',
        severity: 'warning',
        schema: noteSchema(`@@allow('read,update', «auth().role != 'guest'»)`, required),
        may: ['rule-tenant-escape'],
        leak: note('update', anonymous, { title: 'x' }),
        works: [
            note('read', { userId: 'u1', role: 'member' }, {}),
            note('update', { userId: 'u1', role: 'admin' }, {}),
        ],
        near: [
            { why: 'the role is there', instead: "auth().role != null && auth().role != 'guest'" },
            { why: 'the role is one', instead: "auth().role == 'member'" },
            {
                why: 'somebody is signed in, and the role is required',
                instead: "auth() != null && auth().role != 'guest'",
                replace: [['role String?', 'role String']],
            },
        ],
        operations: ['read', 'update'],
    },
    {
        name: 'a role for somebody who is signed in, yet may have none',
        code: 'rule-negative-grant',
        schema: noteSchema(`@@allow('read', auth() != null && «auth().role != 'guest'»)`, required),
        leak: note('read', u1, {}),
        works: [note('read', { userId: 'u1', role: 'member' }, {})],
        near: [{ why: 'the role is there', instead: "auth().role != null && auth().role != 'guest'" }],
    },
    {
        name: 'a role that is not in a list',
        code: 'rule-negative-grant',
        schema: noteSchema(`@@allow('read', «!(auth().role in ['guest', 'banned'])»)`, required),
        leak: note('read', anonymous, {}),
        works: [note('read', { userId: 'u1', role: 'member' }, {})],
        near: [
            { why: 'the role is there', instead: "auth().role != null && !(auth().role in ['guest', 'banned'])" },
            { why: 'the list is of what is meant', instead: "auth().role in ['member', 'admin']" },
        ],
    },
    {
        name: 'a flag that is not true',
        code: 'rule-negative-grant',
        schema: noteSchema(`@@allow('read', «auth().isBanned != true»)`, { ...required, auth: 'isBanned Boolean?' }),
        leak: note('read', anonymous, {}),
        works: [note('read', { userId: 'u1', isBanned: false }, {})],
        near: [{ why: 'the flag is false', instead: 'auth().isBanned == false' }],
    },
    {
        name: 'everybody but the owner',
        code: 'rule-negative-grant',
        schema: noteSchema(`@@allow('read', «auth().userId != ownerId»)`, { organization: 'String' }),
        leak: note('read', anonymous, { ownerId: 'u1' }),
        works: [note('read', u1, { ownerId: 'u2' })],
        near: [
            { why: 'somebody is signed in', instead: 'auth() != null && auth().userId != ownerId' },
            { why: 'the member is there', instead: 'auth().userId != null && auth().userId != ownerId' },
        ],
    },
];
