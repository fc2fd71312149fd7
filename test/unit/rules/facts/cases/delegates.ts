import { SQLITE_PRELUDE } from '../../../../support/orm.ts';
import type { PolicyRequest } from '../../../../support/request.ts';
import { anonymous, u1, u1InO1 } from '../fact-case.ts';
import type { FactCase } from '../fact-case.ts';

/** Assets of which videos are some, with rules of each; the owner is the base's, the length is the video's. */
function assetSchema(asset: string, video: string): string {
    return `${SQLITE_PRELUDE}type Auth {
    userId String @id
    organizationId String?
    @@auth
}

model Asset {
    id String @id
    kind String
    title String?
    organizationId String
    ownerId String?
    ${asset}
    @@delegate(kind)
}

model Video extends Asset {
    seconds Int?
    editorId String?
    ${video}
}
`;
}

function request(
    model: 'Asset' | 'Video',
    operation: PolicyRequest['operation'],
    auth: PolicyRequest['auth'],
    row: PolicyRequest['row'],
    update?: PolicyRequest['update'],
): PolicyRequest {
    return { model, operation, auth, row, ...(update && { update }) };
}

const own = { organizationId: 'o1', ownerId: 'u1' };
const tenantGuard = 'auth().organizationId == null || auth().organizationId != organizationId';

/** What is written to a model that extends another goes to a table of each, and by the rules of each. */
export const delegateCases: FactCase[] = [
    {
        name: "a base's row leaves the tenant",
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: assetSchema(
            `@@deny('all', ${tenantGuard})
    «@@allow('all', auth().userId == ownerId)»`,
            '',
        ),
        leak: request('Asset', 'update', u1InO1, own, { organizationId: 'o2' }),
        works: [
            request('Video', 'create', u1InO1, own),
            request('Video', 'update', u1InO1, own, { seconds: 3 }),
            request('Asset', 'update', u1InO1, own, { title: 'x' }),
            request('Video', 'delete', u1InO1, own),
        ],
        near: [
            {
                why: 'the deny is for the row after an update, too',
                replace: [["@@deny('all',", "@@deny('all,post-update',"]],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: "a guard of what extends a base doesn't see the base's columns change",
        code: 'rule-tenant-escape',
        severity: 'warning',
        schema: assetSchema(
            `@@deny('all', ${tenantGuard})
    «@@allow('all', auth().userId == ownerId)»`,
            "@@deny('post-update', before().organizationId != organizationId)",
        ),
        leak: request('Asset', 'update', u1InO1, own, { organizationId: 'o2' }),
        works: [request('Video', 'create', u1InO1, own), request('Video', 'update', u1InO1, own, { seconds: 3 })],
        near: [
            {
                why: 'the guard is where the column is',
                replace: [
                    ["@@deny('post-update', before().organizationId != organizationId)", ''],
                    [
                        "@@deny('all'",
                        "@@deny('post-update', before().organizationId != organizationId)\n    @@deny('all'",
                    ],
                ],
            },
        ],
        operations: ['update', 'post-update'],
    },
    {
        name: "a deny of what extends a base doesn't keep the base's columns",
        code: 'rule-grants-anonymous',
        schema: assetSchema(
            "@@allow('read,update', «true»)\n    @@allow('create,delete', auth() != null)",
            "@@deny('update', auth() == null)",
        ),
        leak: request('Asset', 'update', anonymous, {}, { title: 'x' }),
        works: [request('Video', 'update', u1, {}, { seconds: 3 }), request('Video', 'create', u1, { ownerId: 'u1' })],
        near: [{ why: "the base's own rule asks who it is", instead: 'auth() != null' }],
        operations: ['read', 'update'],
        fix: 'none',
    },
];
