/** The schema around the positions of the table; `todo` is what stands in the body of `Todo`, `rest` follows it. */
export function schema(todo: string, rest = '', { isBroken = false } = {}): string {
    // Files that don't parse elsewhere: before the cursor and behind it, each in its own way.
    const before = isBroken ? "model Draft {\n    id String @id\n    name Str(\n    @@allow('read, auth().\n}\n\n" : '';
    const behind = isBroken
        ? "\nmodel Sketch {\n    id String @id\n    owner User @relation(fields: [\n    @@allow('all', owner == \n"
        : '';
    return `datasource db {
    provider = 'postgresql'
    url = env('DATABASE_URL')
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    level Int?
    plan Plan?
    isAdmin Boolean?
    memberships Membership[]

    @@auth
}

type Membership {
    organizationId String
    role String
}

type Timestamps {
    createdAt DateTime @default(now())
    updatedAt DateTime @updatedAt
}

enum Plan {
    FREE
    PAID
}

enum State {
    OPEN
    DONE
}

${before}model User {
    id String @id
    email String @unique
    members Member[]
    todos Todo[]
    posts Post[]
}

model Organization {
    id String @id
    name String
    plan Plan
    members Member[]
    todos Todo[]
}

model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    role String
    grants Grant[]

    @@unique([organizationId, userId])
}

model Grant {
    id String @id
    name String
    memberId String
    member Member @relation(fields: [memberId], references: [id])
}

model Asset {
    id String @id
    kind String

    @@delegate(kind)
}

model Post {
    id String @id
    authorId String
    author User @relation(fields: [authorId], references: [id])
}

model Todo with Timestamps {
    id String @id @default(cuid())
    title String
    tags String[]
    done Boolean @default(false)
    state State @default(OPEN)
    status String @default('draft')
    count Int
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    ownerId String?
    owner User? @relation(fields: [ownerId], references: [id])
    ${todo}
}
${rest}${behind}`;
}
