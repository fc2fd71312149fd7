import { boolean, call, literals, member, object, string } from '../../../checks/shapes.ts';
import { ask } from '../sound-schema.ts';
import type { SoundSchema } from '../sound-schema.ts';

const u1 = { userId: 'u1' };
const u1InO1 = { userId: 'u1', organizationId: 'o1' };

/** One feature of the language each, as real schemas use it. */
export const featureCases: SoundSchema[] = [
    {
        name: 'tenant-over-hops',
        strangers: [{ id: 'u9' }, { id: 'u9', orgId: 'o9', orgRole: 'admin' }],
        through: [
            ask(
                { id: 'u1', orgId: 'o1' },
                'read',
                'Ad',
                { adSetId: 'a1' },
                {
                    related: { AdSet: [{ id: 'a1', campaignId: 'c1' }], Campaign: [{ id: 'c1', orgId: 'o1' }] },
                },
            ),
            ask(
                { id: 'u1', orgId: 'o1', orgRole: 'marketer' },
                'update',
                'Ad',
                { adSetId: 'a1' },
                {
                    related: { AdSet: [{ id: 'a1', campaignId: 'c1' }], Campaign: [{ id: 'c1', orgId: 'o1' }] },
                },
            ),
            ask(
                { id: 'u1', orgId: 'o1', orgRole: 'admin' },
                'create',
                'AdSet',
                { campaignId: 'c1' },
                {
                    related: { Campaign: [{ id: 'c1', orgId: 'o1' }] },
                },
            ),
            ask({ id: 'u1', orgId: 'o1', orgRole: 'admin' }, 'update', 'Campaign', { orgId: 'o1' }),
        ],
        refused: [
            ask({ id: 'u1', orgId: 'o1', orgRole: 'member' }, 'update', 'Campaign', { orgId: 'o1' }),
            ask(
                { id: 'u1', orgId: 'o1', orgRole: 'admin' },
                'create',
                'AdSet',
                { campaignId: 'c2' },
                {
                    related: { Campaign: [{ id: 'c2', orgId: 'o2' }] },
                },
            ),
        ],
        contexts: [
            call(
                object({
                    id: string,
                    orgId: member(string, { nullable: true }),
                    orgRole: member(string, { nullable: true }),
                }),
            ),
        ],
    },
    {
        name: 'audit-log',
        strangers: [{ userId: 'u9' }, { userId: 'u9', isAdmin: false }],
        stranger: ['FeatureFlag.read'],
        through: [
            ask(u1, 'create', 'AuditEntry', { actorId: 'u1' }),
            ask({ userId: 'u9', isAdmin: true }, 'read', 'AuditEntry', { actorId: 'u1' }),
            ask(u1, 'update', 'ApiKey', { ownerId: 'u1' }),
            ask({ userId: 'u9', isAdmin: true }, 'update', 'FeatureFlag', {}),
        ],
        refused: [
            ask(u1, 'create', 'AuditEntry', { actorId: 'u2' }),
            ask(u1, 'update', 'AuditEntry', { actorId: 'u1' }),
            ask({ userId: 'u9', isAdmin: true }, 'delete', 'AuditEntry', { actorId: 'u1' }),
        ],
        contexts: [call(object({ userId: string, isAdmin: member(boolean, { optional: true }) }))],
    },
    {
        name: 'two-parties',
        strangers: [
            { id: 'u9', kind: 'PATIENT' },
            { id: 'u9', kind: 'DOCTOR' },
        ],
        anonymous: ['Doctor.read'],
        stranger: ['Doctor.read'],
        through: [
            ask(
                { id: 'd1', kind: 'DOCTOR' },
                'read',
                'Patient',
                { id: 'p1' },
                {
                    related: { Treatment: [{ patientId: 'p1', doctorId: 'd1' }] },
                },
            ),
            ask({ id: 'd1', kind: 'DOCTOR' }, 'update', 'Appointment', { doctorId: 'd1', patientId: 'p1' }),
            ask({ id: 'p1', kind: 'PATIENT' }, 'create', 'Treatment', { doctorId: 'd1', patientId: 'p1' }),
        ],
        refused: [
            ask({ id: 'd1', kind: 'DOCTOR' }, 'read', 'Patient', { id: 'p1' }),
            ask({ id: 'd1', kind: 'DOCTOR' }, 'create', 'Treatment', { doctorId: 'd1', patientId: 'p1' }),
            ask({ id: 'p1', kind: 'PATIENT' }, 'create', 'Appointment', { patientId: 'p1', confirmed: true }),
            // A doctor whose id is a patient's is no patient.
            ask({ id: 'p1', kind: 'DOCTOR' }, 'update', 'Patient', { id: 'p1' }),
        ],
        contexts: [call(object({ id: string, kind: literals('PATIENT', 'DOCTOR') }))],
    },
    {
        name: 'defaults',
        strangers: [{ userId: 'u9' }, { userId: 'u9', organizationId: 'o9' }],
        stranger: ['Person.read', 'TimeEntry.create'],
        through: [
            ask(u1InO1, 'create', 'TimeEntry', { organizationId: 'o1', personId: 'u1' }),
            ask(u1InO1, 'update', 'TimeEntry', { organizationId: 'o1', personId: 'u1' }),
        ],
        refused: [
            ask(u1InO1, 'create', 'TimeEntry', { organizationId: 'o1', personId: 'u2' }),
            ask(u1InO1, 'create', 'TimeEntry', { organizationId: 'o2', personId: 'u1' }),
            ask(u1, 'read', 'TimeEntry', { organizationId: 'o1', personId: 'u1' }),
        ],
        contexts: [call(object({ userId: string, organizationId: member(string, { nullable: true }) }))],
    },
    {
        name: 'comma-lists',
        strangers: [{ id: 'u9', banned: false }],
        anonymous: ['User.read'],
        stranger: ['User.read'],
        through: [
            ask(null, 'read', 'Recipe', { public: true }),
            ask({ id: 'u1', banned: false }, 'create', 'Recipe', { cookId: 'u1' }),
            ask({ id: 'u1', banned: false }, 'update', 'Recipe', { cookId: 'u1' }),
            ask(
                { id: 'u1', banned: false },
                'create',
                'Rating',
                { userId: 'u1', recipeId: 'r1' },
                {
                    related: { Recipe: [{ id: 'r1', public: true }] },
                },
            ),
        ],
        refused: [
            ask({ id: 'u1', banned: true }, 'create', 'Recipe', { cookId: 'u1' }),
            ask({ id: 'u1', banned: false }, 'update', 'User', { id: 'u1' }, { set: { banned: true } }),
            ask(
                { id: 'u1', banned: false },
                'create',
                'Rating',
                { userId: 'u1', recipeId: 'r1' },
                {
                    related: { Recipe: [{ id: 'r1', public: true, cookId: 'u1' }] },
                },
            ),
        ],
    },
    {
        name: 'multi-file-bases',
        strangers: [
            { id: 'u9', role: 'READER' },
            { id: 'u9', role: 'WRITER' },
        ],
        stranger: ['User.read'],
        through: [
            ask({ id: 'u9', role: 'READER' }, 'read', 'Story', { draft: false }),
            ask({ id: 'u1', role: 'WRITER' }, 'create', 'Photo', { writerId: 'u1' }),
            ask({ id: 'u1', role: 'WRITER' }, 'update', 'Story', { writerId: 'u1' }, { set: { words: 5 } }),
            ask({ id: 'u9', role: 'CHIEF' }, 'delete', 'Story', { writerId: 'u1', draft: false }),
            ask(
                { id: 'u9', role: 'CHIEF' },
                'update',
                'User',
                { id: 'u1', role: 'READER' },
                { set: { role: 'WRITER' } },
            ),
        ],
        refused: [
            ask(null, 'read', 'Story', { draft: false }),
            ask({ id: 'u1', role: 'READER' }, 'update', 'Photo', { writerId: 'u1' }, { set: { credit: 'x' } }),
            ask(
                { id: 'u1', role: 'WRITER' },
                'update',
                'User',
                { id: 'u1', role: 'WRITER' },
                { set: { role: 'CHIEF' } },
            ),
        ],
    },
    {
        name: 'relation-owner',
        strangers: [{ id: 'u9', isAdmin: false }],
        through: [
            ask(null, 'read', 'Product', { shopId: 's1' }, { related: { Shop: [{ id: 's1', open: true }] } }),
            ask({ id: 'u1' }, 'update', 'Shop', { ownerId: 'u1' }),
            ask(
                { id: 'u1' },
                'update',
                'Product',
                { shopId: 's1' },
                { related: { Shop: [{ id: 's1', ownerId: 'u1' }] } },
            ),
            ask(
                { id: 'u1' },
                'update',
                'Photo',
                { productId: 'p1' },
                {
                    related: { Product: [{ id: 'p1', shopId: 's1' }], Shop: [{ id: 's1', ownerId: 'u1' }] },
                },
            ),
        ],
        refused: [
            ask({ id: 'u1', isAdmin: false }, 'update', 'User', { id: 'u1' }, { set: { isAdmin: true } }),
            ask({ id: 'u1' }, 'create', 'Product', { shopId: 's2' }),
        ],
    },
    {
        name: 'courses',
        strangers: [
            { userId: 'u9', schoolId: 's9', isTeacher: true },
            { userId: 'u9', schoolId: 's9', isTeacher: false },
        ],
        through: [
            ask({ ...u1, schoolId: 's1', isTeacher: true }, 'create', 'Course', { schoolId: 's1', teacherId: 'u1' }),
            ask({ ...u1, schoolId: 's1', isTeacher: true }, 'update', 'Course', { schoolId: 's1', teacherId: 'u1' }),
            ask(
                { ...u1, schoolId: 's1', isTeacher: false },
                'read',
                'Course',
                { id: 'c1', schoolId: 's1' },
                {
                    related: { Enrollment: [{ courseId: 'c1', studentId: 'u1' }] },
                },
            ),
            ask(
                { ...u1, schoolId: 's1', isTeacher: false },
                'read',
                'Lesson',
                { courseId: 'c1', visible: true },
                {
                    related: {
                        Course: [{ id: 'c1', schoolId: 's1' }],
                        Enrollment: [{ courseId: 'c1', studentId: 'u1' }],
                    },
                },
            ),
            ask(
                { ...u1, schoolId: 's1', isTeacher: true },
                'update',
                'Lesson',
                { courseId: 'c1' },
                {
                    related: { Course: [{ id: 'c1', schoolId: 's1', teacherId: 'u1' }] },
                },
            ),
        ],
        refused: [
            ask(
                { ...u1, schoolId: 's1', isTeacher: false },
                'read',
                'Lesson',
                { courseId: 'c1', visible: true },
                {
                    related: {
                        Course: [{ id: 'c1', schoolId: 's1' }],
                        Enrollment: [{ courseId: 'c1', studentId: 'u1', suspended: true }],
                    },
                },
            ),
            ask({ ...u1, schoolId: 's2', isTeacher: true }, 'update', 'Course', { schoolId: 's1', teacherId: 'u1' }),
        ],
        contexts: [call(object({ userId: string, schoolId: string, isTeacher: boolean }))],
    },
];
