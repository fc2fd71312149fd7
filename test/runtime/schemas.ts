/** The databases that the schemas are for. */
export type Provider = 'sqlite' | 'postgresql';

/** The files of a schema by path relative to its folder; the entry is `schema.zmodel`. */
export type SchemaFiles = Readonly<Record<string, string>>;

/** How a configuration calls what the hand-written schemas already have. */
export interface Names {
    user: string;
    email: string;
    name: string;
    session: string;
    /** The session's key of the user. */
    userId: string;
    /** The type of ids and where they come from. */
    id: 'String @id @default(cuid())' | 'String @id' | 'Int @id @default(autoincrement())';
}

export const usualNames: Names = {
    user: 'User',
    email: 'email',
    name: 'name',
    session: 'Session',
    userId: 'userId',
    id: 'String @id @default(cuid())',
};

export type SchemaKind = 'an empty schema' | 'a hand-written user' | 'files with mixins';

/** The schemas that models are inserted into: what an application may have before it gets Better Auth. */
export const schemas: Readonly<Record<SchemaKind, (provider: Provider, names: Names) => SchemaFiles>> = {
    'an empty schema': () => ({ 'schema.zmodel': '' }),
    'a hand-written user': handWritten,
    'files with mixins': filesWithMixins,
};

/** One file, whose user model has columns and relations of its own. */
function handWritten(provider: Provider, { user, email, id }: Names): SchemaFiles {
    const keyType = id.split(' ')[0] ?? '';
    const text = `${datasource(provider)}
// Written before there was any authentication.

/// Somebody who writes.
model ${user} {
    id        ${id}
    ${email} String @unique // where we write to
    nickname  String?
    posts     Post[]
    drafts    Post[]   @relation("drafts")
    createdAt DateTime @default(now())

    @@index([nickname])
}

model Post {
    id       String  @id @default(uuid())
    title    String
    author   ${user} @relation(fields: [authorId], references: [id], onDelete: Cascade)
    authorId ${keyType}
    editor   ${user}? @relation("drafts", fields: [editorId], references: [id], onDelete: SetNull)
    editorId ${keyType}?
}
`;
    return { 'schema.zmodel': text };
}

/** Several files with rules, users and sessions among them whose columns partly come from mixins. */
function filesWithMixins(provider: Provider, { user, email, name, session, userId, id }: Names): SchemaFiles {
    const keyType = id.split(' ')[0] ?? '';
    return {
        'schema.zmodel': `import './auth/people'
import './projects'

${datasource(provider)}
plugin policy {
    provider = '@zenstackhq/plugin-policy'
}
`,
        'mixins.zmodel': `type Identified {
  id ${id}
}

type Dated {
  createdAt DateTime @default(now())
  updatedAt DateTime @updatedAt
}
`,
        'auth/people.zmodel': `import '../mixins'
import '../projects'

// Who may sign in.
model ${user} with Identified, Dated {
  ${email} String @unique
  ${name} String
  emailVerified Boolean @default(false)
  projects Project[]
  sessions ${session}[]

  @@auth
  @@allow('all', auth() == this)
}

model ${session} with Identified Dated {
  token String @unique
  expiresAt DateTime
  ${userId} ${keyType}
  user ${user} @relation(fields: [${userId}], references: [id], onDelete: Cascade)
}
`,
        'projects.zmodel': `import 'mixins'
import 'auth/people'

model Project with Identified {
  title String
  ownerId ${keyType}
  owner ${user} @relation(fields: [ownerId], references: [id], onDelete: Cascade)

  @@allow('read', true)
  @@allow('all', auth() == owner)
}
`,
    };
}

function datasource(provider: Provider): string {
    return `datasource db {
    provider = '${provider}'
    url = 'unused'
}
`;
}
