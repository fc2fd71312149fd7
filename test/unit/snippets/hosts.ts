import { SQLITE_PRELUDE } from '../../support/orm.ts';

const AUTH = `
type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    role String?
    @@auth
}
`;

/** Models around the one under test; every name that a snippet's placeholder defaults to exists there. */
function surroundings(mayReadOrganization: string): string {
    return `
model Organization {
    id String @id
    members Member[]
    notes Note[]
    projects Project[]
    @@allow('read', ${mayReadOrganization})
}

model Member {
    id String @id
    organizationId String
    organization Organization @relation(fields: [organizationId], references: [id])
    userId String
    role String
}

model Project {
    id String @id
    organizationId String?
    organization Organization? @relation(fields: [organizationId], references: [id])
    notes Note[]
}
`;
}

/** What differs from the ordinary host. */
export interface NoteOptions {
    /** Attributes after the field `title`. */
    title?: string;
    /** Whether every row must have an organization. */
    required?: boolean;
    /** Who may read an organization; everyone by default. */
    organization?: string;
}

/** A schema with a model `Note` that has the given rules, and everything that they may name. */
export function noteSchema(rules: string, options: NoteOptions = {}): string {
    const optional = options.required === true ? '' : '?';
    return `${SQLITE_PRELUDE}${AUTH}${surroundings(options.organization ?? 'true')}
model Note {
    id String @id
    title String @default('') ${options.title ?? ''}
    published Boolean @default(false)
    organizationId String${optional}
    organization Organization${optional} @relation(fields: [organizationId], references: [id])
    ownerId String?
    projectId String?
    project Project? @relation(fields: [projectId], references: [id])

${rules}
}
`;
}

/** A schema for the relation snippet: its lines become the only fields of the model besides the id. */
export function relationSchema(fields: string): string {
    return `${SQLITE_PRELUDE}
model Organization {
    id String @id
    notes Note[]
}

model Note {
    id String @id
${fields}
}
`;
}

/** A schema with the snippet beside other declarations. */
export function topLevelSchema(declaration: string, without: 'datasource' | 'policy' | 'auth' | 'nothing'): string {
    const [datasource = '', policy = ''] = SQLITE_PRELUDE.split('\n\n');
    return [
        without === 'datasource' ? '' : datasource,
        without === 'policy' ? '' : policy,
        without === 'auth' ? '' : AUTH,
        'model Existing {\n    id String @id\n}',
        declaration,
    ].join('\n\n');
}
