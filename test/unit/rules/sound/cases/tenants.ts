import { call, member, object, string } from '../../../checks/shapes.ts';
import { ask } from '../sound-schema.ts';
import type { SoundSchema } from '../sound-schema.ts';

const u1 = { userId: 'u1' };
const inO9 = { userId: 'u9', organizationId: 'o9' };
const ownerOfO9 = { ...inO9, organizationRole: 'owner' };
const u1InO1 = { userId: 'u1', organizationId: 'o1' };
const memberOfO1 = { organizationId: 'o1', userId: 'u1', role: 'member' };
const ownerInO1 = { ...memberOfO1, role: 'owner' };

/** Organizations, tenants and teams. */
export const tenantCases: SoundSchema[] = [
    {
        name: 'membership',
        strangers: [{ userId: 'u9' }],
        stranger: ['Organization.create', 'User.read'],
        through: [
            ask(u1, 'read', 'Organization', { id: 'o1' }, { related: { Member: [memberOfO1] } }),
            ask(u1, 'update', 'Organization', { id: 'o1' }, { related: { Member: [ownerInO1] } }),
            ask(u1, 'create', 'Project', { organizationId: 'o1' }, { related: { Member: [memberOfO1] } }),
            ask(u1, 'update', 'Project', { organizationId: 'o1' }, { related: { Member: [memberOfO1] } }),
            ask(
                u1,
                'update',
                'Task',
                { projectId: 'p1', assigneeId: 'u2' },
                {
                    related: { Project: [{ id: 'p1', organizationId: 'o1' }], Member: [memberOfO1] },
                },
            ),
            ask(u1, 'create', 'Member', { organizationId: 'o1', userId: 'u2' }, { related: { Member: [ownerInO1] } }),
        ],
        movable: ['Task.assigneeId'],
        refused: [
            ask(u1, 'create', 'Member', { organizationId: 'o1', userId: 'u2' }, { related: { Member: [memberOfO1] } }),
            ask(u1, 'read', 'Project', { organizationId: 'o2' }, { related: { Member: [ownerInO1] } }),
            ask(
                u1,
                'create',
                'Task',
                { projectId: 'p2' },
                {
                    related: { Project: [{ id: 'p2', organizationId: 'o2' }], Member: [ownerInO1] },
                },
            ),
        ],
        contexts: [call(object({ userId: string }))],
    },
    {
        name: 'membership-roles',
        strangers: [{ id: 9 }],
        stranger: ['User.read'],
        through: [
            ask(
                { id: 1 },
                'read',
                'Document',
                { organizationId: 10 },
                {
                    related: { Member: [{ organizationId: 10, userId: 1, role: 'VIEWER' }] },
                },
            ),
            ask(
                { id: 1 },
                'update',
                'Document',
                { organizationId: 10 },
                {
                    related: { Member: [{ organizationId: 10, userId: 1, role: 'MEMBER' }] },
                },
            ),
            ask(
                { id: 1 },
                'create',
                'Document',
                { organizationId: 10, authorId: 1 },
                {
                    related: { Member: [{ organizationId: 10, userId: 1, role: 'MEMBER' }] },
                },
            ),
            ask(
                { id: 1 },
                'update',
                'Member',
                { organizationId: 10, userId: 2 },
                {
                    related: { Member: [{ organizationId: 10, userId: 1, role: 'ADMIN' }] },
                },
            ),
        ],
        movable: ['Member.userId'],
        refused: [
            ask(
                { id: 1 },
                'update',
                'Document',
                { organizationId: 10 },
                {
                    related: { Member: [{ organizationId: 10, userId: 1, role: 'VIEWER' }] },
                },
            ),
            ask(
                { id: 1 },
                'create',
                'Document',
                { organizationId: 10, authorId: 2 },
                {
                    related: { Member: [{ organizationId: 10, userId: 1, role: 'MEMBER' }] },
                },
            ),
            ask(
                { id: 1 },
                'update',
                'Member',
                { organizationId: 10, userId: 1, role: 'MEMBER' },
                { set: { role: 'OWNER' } },
            ),
        ],
    },
    {
        name: 'tenant-null-guard',
        strangers: [{ userId: 'u9' }, inO9, ownerOfO9],
        stranger: ['User.read'],
        through: [
            ask(u1InO1, 'read', 'Folder', { organizationId: 'o1' }),
            ask({ ...u1InO1, organizationRole: 'admin' }, 'update', 'Folder', { organizationId: 'o1' }),
            ask(u1InO1, 'create', 'Note', { organizationId: 'o1', ownerId: 'u1' }),
            ask(u1InO1, 'update', 'Note', { organizationId: 'o1', ownerId: 'u1', folderId: 'f1' }),
            ask({ ...u1InO1, organizationRole: 'owner' }, 'read', 'Note', { organizationId: 'o1', ownerId: 'u2' }),
        ],
        refused: [
            ask(u1InO1, 'read', 'Note', { organizationId: null, ownerId: 'u1' }),
            ask(u1, 'read', 'Note', { organizationId: null, ownerId: 'u1' }),
            ask({ ...u1InO1, organizationRole: 'owner' }, 'update', 'Folder', { organizationId: null }),
        ],
        contexts: [
            call(
                object({
                    userId: string,
                    organizationId: member(string, { nullable: true }),
                    organizationRole: member(string, { nullable: true }),
                }),
            ),
        ],
    },
    {
        name: 'tenant-required',
        strangers: [{ userId: 'u9' }, inO9, ownerOfO9],
        // In their own tenant, which the column's default is.
        stranger: ['Customer.create'],
        through: [
            ask(u1InO1, 'read', 'Customer', { organizationId: 'o1' }),
            ask({ ...u1InO1, organizationRole: 'member' }, 'update', 'Customer', { organizationId: 'o1' }),
            ask(
                u1InO1,
                'create',
                'Invoice',
                { organizationId: 'o1', createdById: 'u1', customerId: 'c1' },
                {
                    related: { Customer: [{ id: 'c1', organizationId: 'o1' }] },
                },
            ),
            ask({ ...u1InO1, organizationRole: 'admin' }, 'update', 'Invoice', { organizationId: 'o1', paidAt: null }),
        ],
        refused: [
            ask({ ...u1InO1, organizationRole: 'owner' }, 'delete', 'Invoice', { organizationId: 'o1', paidAt: 1000 }),
            ask(
                u1InO1,
                'create',
                'Invoice',
                { organizationId: 'o1', customerId: 'c2' },
                {
                    related: { Customer: [{ id: 'c2', organizationId: 'o2' }] },
                },
            ),
            ask({ ...u1InO1, organizationRole: 'guest' }, 'create', 'Customer', { organizationId: 'o1' }),
        ],
        contexts: [
            call(
                object({
                    userId: string,
                    organizationId: member(string, { optional: true }),
                    organizationRole: member(string, { optional: true }),
                }),
            ),
        ],
    },
    {
        name: 'tenant-many-allows',
        strangers: [
            { id: 'u9', tenantId: 't9', role: 'STAFF' },
            { id: 'u9', tenantId: 't9', role: 'ADMIN' },
        ],
        through: [
            ask({ id: 'u1', tenantId: 't1', role: 'STAFF' }, 'update', 'User', { id: 'u1', tenantId: 't1' }),
            ask(
                { id: 'u1', tenantId: 't1', role: 'ADMIN' },
                'update',
                'User',
                { id: 'u2', tenantId: 't1', role: 'STAFF' },
                {
                    set: { role: 'MANAGER' },
                },
            ),
            ask({ id: 'u1', tenantId: 't1', role: 'STAFF' }, 'read', 'Shift', { tenantId: 't1', workerId: 'u1' }),
            ask({ id: 'u1', tenantId: 't1', role: 'MANAGER' }, 'update', 'Shift', { tenantId: 't1', workerId: 'u2' }),
            ask({ id: 'u1', tenantId: 't1', role: 'MANAGER' }, 'update', 'Location', { tenantId: 't1' }),
        ],
        movable: ['Shift.workerId'],
        refused: [
            ask(
                { id: 'u1', tenantId: 't1', role: 'STAFF' },
                'update',
                'User',
                { id: 'u1', tenantId: 't1', role: 'STAFF' },
                {
                    set: { role: 'ADMIN' },
                },
            ),
            ask({ id: 'u1', tenantId: 't1', role: 'ADMIN' }, 'read', 'Shift', { tenantId: 't2', workerId: 'u1' }),
        ],
    },
    {
        name: 'teams',
        strangers: [{ userId: 'u9' }, { ...inO9, teamId: 't9' }],
        stranger: ['User.read'],
        through: [
            ask(u1, 'create', 'Team', { organizationId: 'o1' }, { related: { Member: [ownerInO1] } }),
            ask(u1, 'update', 'Team', { organizationId: 'o1' }, { related: { Member: [ownerInO1] } }),
            ask(
                { ...u1, teamId: 't1' },
                'update',
                'Board',
                { teamId: 't1' },
                {
                    related: { TeamMember: [{ teamId: 't1', userId: 'u1' }] },
                },
            ),
            ask(
                { ...u1, teamId: 't1' },
                'update',
                'Card',
                { boardId: 'b1' },
                {
                    related: { Board: [{ id: 'b1', teamId: 't1' }], TeamMember: [{ teamId: 't1', userId: 'u1' }] },
                },
            ),
        ],
        refused: [
            ask(
                { ...u1, teamId: 't2' },
                'read',
                'Board',
                { teamId: 't1' },
                {
                    related: { TeamMember: [{ teamId: 't1', userId: 'u1' }] },
                },
            ),
            ask(
                u1,
                'create',
                'TeamMember',
                { teamId: 't1', userId: 'u1' },
                {
                    related: { Team: [{ id: 't1', organizationId: 'o1' }], Member: [memberOfO1] },
                },
            ),
        ],
    },
    {
        name: 'multi-file',
        strangers: [{ userId: 'u9' }, inO9],
        stranger: ['User.read'],
        through: [
            ask(u1InO1, 'read', 'Project', { organizationId: 'o1', ownerId: 'u2' }),
            ask(u1InO1, 'create', 'Project', { organizationId: 'o1', ownerId: 'u1' }),
            ask(u1InO1, 'update', 'Project', { organizationId: 'o1', ownerId: 'u1' }),
            ask(
                u1InO1,
                'update',
                'Comment',
                { projectId: 'p1', authorId: 'u1' },
                {
                    related: { Project: [{ id: 'p1', organizationId: 'o1' }] },
                },
            ),
        ],
        refused: [
            ask(u1, 'read', 'Project', { organizationId: 'o1', ownerId: 'u1' }),
            ask(
                u1InO1,
                'create',
                'Comment',
                { projectId: 'p2', authorId: 'u1' },
                {
                    related: { Project: [{ id: 'p2', organizationId: 'o2' }] },
                },
            ),
        ],
        contexts: [
            call(
                object({
                    userId: string,
                    organizationId: member(string, { nullable: true }),
                    role: member(string, { nullable: true }),
                }),
            ),
        ],
    },
    {
        name: 'better-auth-tables',
        strangers: [{ userId: 'u9' }, inO9, ownerOfO9],
        through: [
            ask(u1InO1, 'create', 'Todo', { organizationId: 'o1', ownerId: 'u1' }),
            ask(u1InO1, 'update', 'Todo', { organizationId: 'o1', ownerId: 'u1' }),
            ask({ ...u1InO1, organizationRole: 'admin' }, 'delete', 'Todo', { organizationId: 'o1', ownerId: 'u2' }),
        ],
        refused: [
            ask(u1, 'read', 'Todo', { organizationId: 'o1', ownerId: 'u1' }),
            ask({ ...u1InO1, organizationRole: 'admin' }, 'read', 'Todo', { organizationId: 'o2', ownerId: 'u2' }),
        ],
        contexts: [
            call(
                object({
                    userId: string,
                    organizationId: member(string, { nullable: true }),
                    organizationRole: member(string, { nullable: true }),
                }),
            ),
        ],
    },
    {
        name: 'auth-with-memberships',
        strangers: [
            { userId: 'u9', memberships: [] },
            { userId: 'u9', memberships: [{ organizationId: 'o9', role: 'owner' }] },
        ],
        through: [
            ask({ userId: 'u1', memberships: [{ organizationId: 'o1', role: 'viewer' }] }, 'read', 'Document', {
                organizationId: 'o1',
            }),
            ask({ userId: 'u1', memberships: [{ organizationId: 'o1', role: 'editor' }] }, 'update', 'Document', {
                organizationId: 'o1',
            }),
            ask({ userId: 'u1', memberships: [{ organizationId: 'o1', role: 'owner' }] }, 'update', 'Secret', {
                organizationId: 'o1',
            }),
        ],
        refused: [
            ask({ userId: 'u1', memberships: [{ organizationId: 'o1', role: 'viewer' }] }, 'update', 'Document', {
                organizationId: 'o1',
            }),
            ask({ userId: 'u1', memberships: [{ organizationId: 'o1', role: 'owner' }] }, 'read', 'Secret', {
                organizationId: 'o2',
            }),
        ],
    },
];
