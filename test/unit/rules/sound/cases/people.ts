import { boolean, call, member, object, string } from '../../../checks/shapes.ts';
import { ask } from '../sound-schema.ts';
import type { SoundSchema } from '../sound-schema.ts';

const u1 = { userId: 'u1', email: 'u1@example.com' };
const u1InO1 = { userId: 'u1', organizationId: 'o1' };
const later = 4102444800000;

/** Accounts, invitations, conversations, and rows that must not change hands. */
export const peopleCases: SoundSchema[] = [
    {
        name: 'profiles',
        strangers: [{ userId: 'u9', email: 'u9@example.com' }],
        anonymous: ['Link.read', 'Profile.read'],
        stranger: ['Link.read', 'Profile.read'],
        through: [
            ask(u1, 'create', 'Profile', { id: 'u1' }),
            ask(u1, 'update', 'Profile', { id: 'u1' }),
            ask(u1, 'update', 'Link', { profileId: 'u1', url: 'https://example.com' }),
        ],
        refused: [
            ask(u1, 'create', 'Profile', { id: 'u1', plan: 'pro' }),
            ask(u1, 'update', 'Profile', { id: 'u1' }, { set: { plan: 'pro' } }),
            ask(u1, 'update', 'Profile', { id: 'u1' }, { set: { verified: true } }),
        ],
        contexts: [call(object({ userId: string, email: string }))],
    },
    {
        name: 'field-rules',
        strangers: [{ id: 'u9', role: 'user' }],
        stranger: ['Article.read', 'User.read'],
        through: [
            ask({ id: 'u1', role: 'user' }, 'update', 'User', { id: 'u1' }),
            ask({ id: 'u9', role: 'admin' }, 'update', 'User', { id: 'u1', role: 'user' }, { set: { role: 'editor' } }),
            ask({ id: 'u1', role: 'user' }, 'update', 'Article', { ownerId: 'u1' }),
            ask({ id: 'u9', role: 'admin' }, 'update', 'Article', { ownerId: 'u1' }, { set: { featured: true } }),
        ],
        refused: [
            ask({ id: 'u1', role: 'user' }, 'update', 'User', { id: 'u1', role: 'user' }, { set: { role: 'admin' } }),
            ask({ id: 'u1', role: 'user' }, 'update', 'User', { id: 'u1' }, { set: { credits: 100 } }),
            ask({ id: 'u1', role: 'user' }, 'update', 'Article', { ownerId: 'u1' }, { set: { featured: true } }),
        ],
    },
    {
        name: 'invitations',
        strangers: [{ userId: 'u9', email: 'u9@example.com' }],
        stranger: ['User.read'],
        through: [
            ask(
                u1,
                'update',
                'Invitation',
                { email: u1.email, groupId: 'g1', expiresAt: later },
                { set: { status: 'accepted' } },
            ),
            ask(
                u1,
                'create',
                'Membership',
                { groupId: 'g1', userId: 'u1' },
                {
                    related: { Invitation: [{ groupId: 'g1', email: u1.email, status: 'accepted' }] },
                },
            ),
            ask(
                u1,
                'create',
                'Invitation',
                { groupId: 'g1', inviterId: 'u1', email: 'x@example.com' },
                {
                    related: { Membership: [{ groupId: 'g1', userId: 'u1', isOwner: true }] },
                },
            ),
        ],
        refused: [
            ask(
                u1,
                'create',
                'Membership',
                { groupId: 'g1', userId: 'u1' },
                {
                    related: { Invitation: [{ groupId: 'g1', email: u1.email, status: 'pending' }] },
                },
            ),
            ask(
                u1,
                'create',
                'Membership',
                { groupId: 'g1', userId: 'u1', isOwner: true },
                {
                    related: { Invitation: [{ groupId: 'g1', email: u1.email, status: 'accepted' }] },
                },
            ),
            ask(u1, 'update', 'Invitation', { email: u1.email, expiresAt: later }, { set: { email: 'x@example.com' } }),
        ],
    },
    {
        name: 'delegate-assets',
        strangers: [{ userId: 'u9', isStaff: false }],
        stranger: ['User.read'],
        through: [
            ask(null, 'read', 'Image', { isPublic: true }),
            ask({ userId: 'u1', isStaff: false }, 'create', 'Video', { ownerId: 'u1' }),
            ask({ userId: 'u1', isStaff: false }, 'update', 'Download', { ownerId: 'u1' }, { set: { checksum: 'x' } }),
            ask({ userId: 'u1', isStaff: true }, 'read', 'Image', { ownerId: 'u2' }),
        ],
        refused: [
            ask({ userId: 'u1', isStaff: false }, 'create', 'Image', { ownerId: 'u2' }),
            ask({ userId: 'u1', isStaff: true }, 'update', 'Image', { ownerId: 'u2' }, { set: { width: 7 } }),
        ],
        contexts: [call(object({ userId: string, isStaff: boolean }))],
    },
    {
        name: 'mixins',
        strangers: [
            { userId: 'u9', tenantId: 't9', role: 'member' },
            { userId: 'u9', tenantId: 't9', role: 'admin' },
        ],
        through: [
            ask({ userId: 'u1', tenantId: 't1', role: 'member' }, 'update', 'Report', {
                tenantId: 't1',
                ownerId: 'u1',
            }),
            ask(
                { userId: 'u1', tenantId: 't1', role: 'member' },
                'create',
                'ReportLine',
                { tenantId: 't1', reportId: 'r1' },
                {
                    related: { Report: [{ id: 'r1', tenantId: 't1', ownerId: 'u1' }] },
                },
            ),
            ask({ userId: 'u1', tenantId: 't1', role: 'admin' }, 'update', 'Setting', { tenantId: 't1' }),
        ],
        refused: [
            ask(
                { userId: 'u1', tenantId: 't1', role: 'member' },
                'update',
                'Report',
                { tenantId: 't1', ownerId: 'u1' },
                {
                    set: { tenantId: 't2' },
                },
            ),
            ask(
                { userId: 'u1', tenantId: 't1', role: 'member' },
                'update',
                'Report',
                { tenantId: 't1', ownerId: 'u1' },
                {
                    set: { ownerId: 'u2' },
                },
            ),
            ask({ userId: 'u1', tenantId: 't1', role: 'member' }, 'read', 'Report', { tenantId: 't2', ownerId: 'u1' }),
        ],
    },
    {
        name: 'post-update-allow',
        strangers: [{ userId: 'u9' }, { userId: 'u9', organizationId: 'o9' }],
        stranger: ['User.read'],
        through: [
            ask(u1InO1, 'update', 'Deal', { organizationId: 'o1', managerId: 'u2' }),
            ask(u1InO1, 'create', 'Deal', { organizationId: 'o1' }),
        ],
        movable: ['Deal.managerId'],
        refused: [
            ask(u1InO1, 'read', 'Deal', { organizationId: null }),
            ask({ userId: 'u1' }, 'read', 'Deal', { organizationId: null, managerId: 'u1' }),
        ],
        contexts: [call(object({ userId: string, organizationId: member(string, { nullable: true }) }))],
    },
    {
        name: 'post-update-deny',
        strangers: [{ userId: 'u9' }, { userId: 'u9', organizationId: 'o9' }],
        stranger: ['User.read'],
        through: [
            ask(u1InO1, 'update', 'Case', { organizationId: 'o1', ownerId: 'u1' }),
            ask(u1InO1, 'read', 'Case', { organizationId: 'o1', ownerId: null }),
        ],
        refused: [
            ask({ userId: 'u1' }, 'read', 'Case', { organizationId: null, ownerId: 'u1' }),
            ask(u1InO1, 'update', 'Case', { organizationId: 'o1', ownerId: null }),
        ],
    },
    {
        name: 'int-ids',
        strangers: [{ id: 9, isStaff: false }],
        anonymous: ['Room.read'],
        stranger: ['Room.read'],
        through: [
            ask({ id: 1, isStaff: false }, 'create', 'Booking', { guestId: 1, day: later }),
            ask({ id: 1, isStaff: false }, 'update', 'Booking', { guestId: 1, roomId: 3 }),
            ask({ id: 1, isStaff: false }, 'update', 'User', { id: 1 }),
            ask({ id: 1, isStaff: true }, 'update', 'Room', { hidden: true }),
        ],
        refused: [
            ask({ id: 1, isStaff: false }, 'create', 'Booking', { guestId: 1, day: 1000 }),
            ask({ id: 1, isStaff: false }, 'update', 'User', { id: 1 }, { set: { isStaff: true } }),
            ask({ id: 1, isStaff: false }, 'read', 'Room', { hidden: true }),
        ],
    },
    {
        name: 'chat',
        strangers: [{ id: 'u9' }],
        stranger: ['Conversation.create', 'User.read'],
        through: [
            ask(
                { id: 'u1' },
                'read',
                'Message',
                { conversationId: 'c1' },
                {
                    related: { Participant: [{ conversationId: 'c1', userId: 'u1' }] },
                },
            ),
            ask(
                { id: 'u1' },
                'create',
                'Message',
                { conversationId: 'c1', senderId: 'u1' },
                {
                    related: { Participant: [{ conversationId: 'c1', userId: 'u1' }] },
                },
            ),
            ask(
                { id: 'u1' },
                'update',
                'Message',
                { conversationId: 'c1', senderId: 'u1' },
                {
                    related: { Participant: [{ conversationId: 'c1', userId: 'u1' }] },
                },
            ),
            ask(
                { id: 'u1' },
                'create',
                'Participant',
                { conversationId: 'c1', userId: 'u2' },
                {
                    related: { Conversation: [{ id: 'c1', creatorId: 'u1' }] },
                },
            ),
        ],
        refused: [
            ask({ id: 'u1' }, 'create', 'Participant', { conversationId: 'c1', userId: 'u1' }),
            ask(
                { id: 'u1' },
                'create',
                'Message',
                { conversationId: 'c1', senderId: 'u2' },
                {
                    related: { Participant: [{ conversationId: 'c1', userId: 'u1' }] },
                },
            ),
        ],
    },
    {
        name: 'support-desk',
        strangers: [{ userId: 'u9', isAgent: false }],
        through: [
            ask({ userId: 'u1', isAgent: false }, 'create', 'Ticket', { requesterId: 'u1', agentId: null }),
            ask({ userId: 'u1', isAgent: false }, 'update', 'Ticket', { requesterId: 'u1', agentId: 'u2' }),
            ask(
                { userId: 'u2', isAgent: true },
                'update',
                'Ticket',
                { requesterId: 'u1', agentId: null },
                { set: { agentId: 'u2' } },
            ),
            ask(
                { userId: 'u1', isAgent: false },
                'create',
                'Reply',
                { authorId: 'u1', ticketId: 't1' },
                {
                    related: { Ticket: [{ id: 't1', requesterId: 'u1' }] },
                },
            ),
        ],
        refused: [
            ask(
                { userId: 'u1', isAgent: false },
                'read',
                'Reply',
                { ticketId: 't1', internal: true },
                {
                    related: { Ticket: [{ id: 't1', requesterId: 'u1' }] },
                },
            ),
            ask({ userId: 'u1', isAgent: false }, 'read', 'Ticket', { requesterId: 'u2', agentId: null }),
        ],
        contexts: [call(object({ userId: string, isAgent: boolean }))],
    },
];
