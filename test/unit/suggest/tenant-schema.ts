import { SQLITE_PRELUDE } from '../../support/orm.ts';

/** Every way in which a model may be tied to a tenant. */
export const SCHEMA = `${SQLITE_PRELUDE}type Auth {
    userId         String  @id
    organizationId String?

    @@auth
}

model User {
    id            String    @id
    email         String    @unique
    emailVerified Boolean   @default(false)
    members       Member[]
    sessions      Session[]
}

model Session {
    id                   String   @id
    token                String   @unique
    expiresAt            DateTime
    userId               String
    user                 User     @relation(fields: [userId], references: [id])
    activeOrganizationId String?
}

model Organization {
    id          String       @id
    name        String       @default('')
    members     Member[]
    invitations Invitation[]
    projects    Project[]
    notes       Note[]
    plans       Plan[]
}

model Member {
    id             String       @id
    organizationId String
    organization   Organization @relation(fields: [organizationId], references: [id])
    userId         String
    user           User         @relation(fields: [userId], references: [id])
    role           String       @default('member')
}

model Invitation {
    id             String       @id
    organizationId String
    organization   Organization @relation(fields: [organizationId], references: [id])
    email          String
    inviterId      String
    status         String
}

// A required column.
model Project {
    id             String       @id
    title          String       @default('')
    organizationId String
    organization   Organization @relation(fields: [organizationId], references: [id])
    tasks          Task[]
}

// A column that may be null.
model Note {
    id             String        @id
    title          String        @default('')
    organizationId String?
    organization   Organization? @relation(fields: [organizationId], references: [id])
    remarks        Remark[]
}

// A column without a relation, and rules.
model Ticket {
    id             String @id
    title          String @default('')
    ownerId        String
    organizationId String

    @@allow('all,post-update', auth().userId != null && auth().userId == ownerId)
}

// One hop away.
model Task {
    id        String    @id
    title     String    @default('')
    projectId String
    project   Project   @relation(fields: [projectId], references: [id])
    comments  Comment[]
}

// One hop away, where both the hop and the column may be null.
model Remark {
    id     String  @id
    title  String  @default('')
    noteId String?
    note   Note?   @relation(fields: [noteId], references: [id])
}

// Two hops away.
model Comment {
    id     String @id
    title  String @default('')
    taskId String
    task   Task   @relation(fields: [taskId], references: [id])
}

type Owned {
    organizationId String
}

// The column comes from a type.
model Invoice with Owned {
    id    String @id
    title String @default('')
}

// Kept apart already.
model Plan {
    id             String       @id
    title          String       @default('')
    organizationId String
    organization   Organization @relation(fields: [organizationId], references: [id])

    @@deny('all', auth().organizationId == null || auth().organizationId != organizationId)
    @@deny('post-update', auth().organizationId != organizationId || auth().organizationId == null)
    @@allow('read', true)
}

// Allowed only within the tenant.
model Budget {
    id             String @id
    organizationId String

    @@allow('read', auth().organizationId != null && auth().organizationId == organizationId)
}

// Has a key.
model Webhook {
    id             String @id
    organizationId String
    secret         String
}

// Could have a tenant.
model Tag {
    id    String @id
    title String @default('')
}

model Label {
    id    String @id
    title String @default('')

    @@index([title])
}

model Ignored {
    id             String @id
    organizationId String

    @@ignore
}
`;
