/**
 * A schema with a tenant: models that belong to an organization and to a user, with rules, and each with a
 * relation to the one before it.
 * In: how many models. Out: the text of one file.
 */
export function tenantSchema(models: number): string {
    const names = Array.from({ length: models }, (_, index) => `Doc${index}`);
    const lists = (suffix: string): string => names.map((name) => `    ${lower(name)}${suffix} ${name}[]`).join('\n');
    const blocks = names.map((name, index) => {
        const before = names[index - 1];
        const parent = before
            ? `    parentId String?\n    parent ${before}? @relation(fields: [parentId], references: [id])\n`
            : '';
        const children = names[index + 1] ? `    children ${names[index + 1] ?? ''}[]\n` : '';
        return `/// Rows of one organization.
model ${name} {
    id String @id @default(cuid())
    title String @length(1, 200)
    published Boolean @default(false)
    createdAt DateTime @default(now())
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    ownerId String?
    owner User? @relation(fields: [ownerId], references: [id])
${parent}${children}
    @@index([organizationId])
    @@deny('all,post-update', auth().organizationId == null || auth().organizationId != organizationId)
    @@allow('read', published || organization.members?[userId == auth().userId])
    @@allow('all,post-update', auth().userId != null && auth().userId == ownerId)
    @@allow('update,post-update', auth().organizationRole == 'owner' || auth().organizationRole == 'admin')
}
`;
    });
    return `datasource db {
    provider = 'sqlite'
    url = 'file:./bench.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    @@auth
}

model User {
    id String @id
    members Member[]
${lists('s')}
}

model Organization {
    id String @id
    members Member[]
${lists('s')}
}

model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    user User @relation(fields: [userId], references: [id])
    role String
}

${blocks.join('\n')}`;
}

function lower(name: string): string {
    return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The same schema after an edit that gives a field a type that isn't there: `Missing7`. */
export function withMistake(schema: string, number: number): string {
    return schema.replace('    title String @length(1, 200)', `    title Missing${number} @length(1, 200)`);
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
