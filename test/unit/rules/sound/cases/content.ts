import { boolean, call, literals, member, object, string } from '../../../checks/shapes.ts';
import { ask } from '../sound-schema.ts';
import type { SoundSchema } from '../sound-schema.ts';

const u1 = { userId: 'u1' };
const isManager = { companyId: 'c1', userId: 'u1', isManager: true };

/** What is written, sold and shared: ownership, publication, parents. */
export const contentCases: SoundSchema[] = [
    {
        name: 'blog',
        strangers: [{ id: 'u9' }],
        anonymous: ['User.read'],
        stranger: ['User.read'],
        through: [
            ask(null, 'read', 'Post', { published: true }),
            ask({ id: 'u1' }, 'read', 'Post', { published: false, authorId: 'u1' }),
            ask({ id: 'u1' }, 'update', 'Post', { authorId: 'u1' }),
            ask(
                { id: 'u1' },
                'create',
                'Comment',
                { authorId: 'u1', postId: 'p1' },
                {
                    related: { Post: [{ id: 'p1', published: true }] },
                },
            ),
            ask(
                { id: 'u1' },
                'delete',
                'Comment',
                { authorId: 'u2', postId: 'p1' },
                {
                    related: { Post: [{ id: 'p1', authorId: 'u1' }] },
                },
            ),
        ],
        refused: [
            ask(
                { id: 'u1' },
                'create',
                'Comment',
                { authorId: 'u1', postId: 'p1' },
                {
                    related: { Post: [{ id: 'p1', published: false }] },
                },
            ),
            ask({ id: 'u1' }, 'create', 'Post', { authorId: 'u2' }),
            ask({ id: 'u1' }, 'update', 'User', { id: 'u2' }),
        ],
    },
    {
        name: 'ownership-before',
        strangers: [{ userId: 'u9' }],
        stranger: ['User.read'],
        through: [
            ask(u1, 'create', 'TodoList', { ownerId: 'u1' }),
            ask(u1, 'update', 'TodoList', { ownerId: 'u1' }),
            ask(u1, 'update', 'TodoItem', { listId: 'l1' }, { related: { TodoList: [{ id: 'l1', ownerId: 'u1' }] } }),
            ask(u1, 'create', 'TodoItem', { listId: 'l1' }, { related: { TodoList: [{ id: 'l1', ownerId: 'u1' }] } }),
        ],
        refused: [
            ask(
                u1,
                'update',
                'TodoItem',
                { listId: 'l1' },
                {
                    related: { TodoList: [{ id: 'l1', ownerId: 'u1', archived: true }] },
                },
            ),
            ask(u1, 'create', 'TodoList', { ownerId: 'u2' }),
        ],
        contexts: [call(object({ userId: string }))],
    },
    {
        name: 'hops',
        strangers: [{ userId: 'u9' }],
        stranger: ['User.read'],
        through: [
            ask(
                u1,
                'read',
                'Employee',
                { departmentId: 'd1' },
                {
                    related: {
                        Department: [{ id: 'd1', companyId: 'c1' }],
                        CompanyUser: [{ companyId: 'c1', userId: 'u1' }],
                    },
                },
            ),
            ask(
                u1,
                'update',
                'Employee',
                { departmentId: 'd1' },
                {
                    related: { Department: [{ id: 'd1', companyId: 'c1' }], CompanyUser: [isManager] },
                },
            ),
            ask(
                u1,
                'create',
                'Review',
                { employeeId: 'e1' },
                {
                    related: {
                        Employee: [{ id: 'e1', departmentId: 'd1' }],
                        Department: [{ id: 'd1', companyId: 'c1' }],
                        CompanyUser: [isManager],
                    },
                },
            ),
            ask(u1, 'update', 'Department', { companyId: 'c1' }, { related: { CompanyUser: [isManager] } }),
        ],
        refused: [
            ask(
                u1,
                'update',
                'Employee',
                { departmentId: 'd1' },
                {
                    related: {
                        Department: [{ id: 'd1', companyId: 'c1' }],
                        CompanyUser: [{ companyId: 'c1', userId: 'u1' }],
                    },
                },
            ),
            ask(
                u1,
                'read',
                'Employee',
                { departmentId: 'd2' },
                {
                    related: { Department: [{ id: 'd2', companyId: 'c2' }], CompanyUser: [isManager] },
                },
            ),
        ],
    },
    {
        name: 'check-parent',
        strangers: [{ id: 'u9' }],
        through: [
            ask(
                { id: 'u1' },
                'update',
                'Block',
                { pageId: 'p1' },
                {
                    related: {
                        Page: [{ id: 'p1', workspaceId: 'w1' }],
                        WorkspaceUser: [{ workspaceId: 'w1', userId: 'u1' }],
                    },
                },
            ),
            ask(
                { id: 'u1' },
                'create',
                'Page',
                { workspaceId: 'w1' },
                {
                    related: { WorkspaceUser: [{ workspaceId: 'w1', userId: 'u1' }] },
                },
            ),
            ask(
                { id: 'u1' },
                'create',
                'WorkspaceUser',
                { workspaceId: 'w1', userId: 'u2' },
                {
                    related: { WorkspaceUser: [{ workspaceId: 'w1', userId: 'u1', role: 'ADMIN' }] },
                },
            ),
        ],
        refused: [
            ask(
                { id: 'u1' },
                'create',
                'WorkspaceUser',
                { workspaceId: 'w1', userId: 'u2' },
                {
                    related: { WorkspaceUser: [{ workspaceId: 'w1', userId: 'u1' }] },
                },
            ),
            ask(
                { id: 'u1' },
                'read',
                'Block',
                { pageId: 'p2' },
                {
                    related: {
                        Page: [{ id: 'p2', workspaceId: 'w2' }],
                        WorkspaceUser: [{ workspaceId: 'w1', userId: 'u1' }],
                    },
                },
            ),
        ],
    },
    {
        name: 'catalog',
        strangers: [{ userId: 'u9', role: 'CUSTOMER' }],
        anonymous: ['Category.read', 'Product.read'],
        stranger: ['Category.read', 'Order.create', 'Product.read'],
        through: [
            ask({ ...u1, role: 'CUSTOMER' }, 'update', 'Order', { customerId: 'u1', placedAt: null }),
            ask({ ...u1, role: 'SUPPORT' }, 'update', 'Order', { customerId: 'u2' }),
            ask(
                { ...u1, role: 'CUSTOMER' },
                'update',
                'OrderItem',
                { orderId: 'r1', productId: 5 },
                {
                    related: { Order: [{ id: 'r1', customerId: 'u1' }] },
                },
            ),
            ask({ ...u1, role: 'ADMIN' }, 'create', 'Product', {}),
        ],
        movable: ['OrderItem.productId'],
        refused: [
            ask({ ...u1, role: 'CUSTOMER' }, 'update', 'Order', { customerId: 'u1', placedAt: 1000 }),
            ask(
                { ...u1, role: 'CUSTOMER' },
                'read',
                'OrderItem',
                { orderId: 'r1' },
                {
                    related: { Order: [{ id: 'r1', customerId: 'u2' }] },
                },
            ),
        ],
        contexts: [call(object({ userId: string, role: literals('CUSTOMER', 'SUPPORT', 'ADMIN') }))],
    },
    {
        name: 'admin-override',
        strangers: [{ id: 'u9', role: 'user', banned: false }],
        stranger: ['Announcement.read', 'User.read'],
        through: [
            ask({ id: 'u1', role: 'user' }, 'update', 'User', { id: 'u1' }),
            ask({ id: 'u1', role: 'admin' }, 'update', 'User', { id: 'u2', role: 'user' }, { set: { role: 'admin' } }),
            ask({ id: 'u1', role: 'user' }, 'update', 'Ticket', { reporterId: 'u1', closedAt: null }),
            ask({ id: 'u1', role: 'admin' }, 'delete', 'Announcement', {}),
        ],
        refused: [
            ask({ id: 'u1', role: 'user' }, 'update', 'User', { id: 'u1', role: 'user' }, { set: { role: 'admin' } }),
            ask({ id: 'u1', role: 'user' }, 'update', 'Ticket', { reporterId: 'u1', closedAt: 1000 }),
        ],
    },
    {
        name: 'content-workflow',
        strangers: [{ id: 'u9' }, { id: 'u9', role: 'reader' }],
        anonymous: ['Author.read'],
        stranger: ['Author.read'],
        through: [
            ask(null, 'read', 'Article', { status: 'PUBLISHED', publishAt: 1000 }),
            ask({ id: 'u1' }, 'create', 'Article', { status: 'DRAFT', authorId: 'u1' }),
            ask({ id: 'u1' }, 'update', 'Article', { status: 'DRAFT', authorId: 'u1' }),
            ask({ id: 'u9', role: 'editor' }, 'update', 'Article', { status: 'PUBLISHED', authorId: 'u1' }),
        ],
        refused: [
            ask(null, 'read', 'Article', { status: 'PUBLISHED', publishAt: 4102444800000 }),
            ask(
                { id: 'u1' },
                'update',
                'Article',
                { status: 'DRAFT', authorId: 'u1' },
                { set: { status: 'PUBLISHED' } },
            ),
            ask({ id: 'u1' }, 'create', 'Article', { status: 'PUBLISHED', authorId: 'u1' }),
        ],
        contexts: [call(object({ id: string, role: member(string, { nullable: true }) }))],
    },
    {
        name: 'public-comments',
        strangers: [{ userId: 'u9', isModerator: false }],
        anonymous: ['Site.read'],
        stranger: ['Site.read'],
        through: [
            ask({ ...u1, isModerator: false }, 'create', 'Comment', { authorId: 'u1' }),
            ask(null, 'read', 'Comment', { approved: true }),
            ask({ ...u1, isModerator: true }, 'update', 'Comment', { authorId: 'u2', siteId: 's1' }),
            ask({ ...u1, isModerator: false }, 'delete', 'Comment', { authorId: 'u1' }),
        ],
        refused: [ask({ ...u1, isModerator: false }, 'create', 'Comment', { authorId: 'u1', approved: true })],
        contexts: [call(object({ userId: string, name: member(string, { nullable: true }), isModerator: boolean }))],
    },
    {
        name: 'soft-delete',
        strangers: [{ userId: 'u9', isAdmin: false }],
        stranger: ['User.read'],
        through: [
            ask({ ...u1, isAdmin: false }, 'read', 'File', { ownerId: 'u1' }),
            ask({ ...u1, isAdmin: false }, 'update', 'File', { ownerId: 'u1' }),
            ask({ ...u1, isAdmin: true }, 'read', 'File', { ownerId: 'u2', deletedAt: 1000 }),
            ask(
                { ...u1, isAdmin: false },
                'read',
                'File',
                { id: 'f1', ownerId: 'u2' },
                {
                    related: { Share: [{ fileId: 'f1', userId: 'u1' }] },
                },
            ),
        ],
        refused: [
            ask({ ...u1, isAdmin: false }, 'read', 'File', { ownerId: 'u1', deletedAt: 1000 }),
            ask(
                { ...u1, isAdmin: false },
                'create',
                'Share',
                { fileId: 'f1', userId: 'u1' },
                {
                    related: { File: [{ id: 'f1', ownerId: 'u2' }] },
                },
            ),
        ],
    },
    {
        name: 'spaces',
        strangers: [{ id: 'u9' }],
        stranger: ['Space.create'],
        through: [
            ask({ id: 'u1' }, 'create', 'Space', { ownerId: 'u1', name: 'space' }),
            ask(
                { id: 'u1' },
                'read',
                'List',
                { spaceId: 's1', ownerId: 'u2' },
                {
                    related: { SpaceUser: [{ spaceId: 's1', userId: 'u1' }] },
                },
            ),
            ask(
                { id: 'u1' },
                'update',
                'List',
                { spaceId: 's1', ownerId: 'u1' },
                {
                    related: { SpaceUser: [{ spaceId: 's1', userId: 'u1' }] },
                },
            ),
            ask({ id: 'u1' }, 'update', 'Todo', { listId: 'l1' }, { related: { List: [{ id: 'l1', ownerId: 'u1' }] } }),
        ],
        refused: [
            ask(
                { id: 'u1' },
                'read',
                'List',
                { spaceId: 's1', ownerId: 'u2', private: true },
                {
                    related: { SpaceUser: [{ spaceId: 's1', userId: 'u1' }] },
                },
            ),
            ask({ id: 'u1' }, 'create', 'List', { spaceId: 's1', ownerId: 'u1' }),
        ],
    },
];
