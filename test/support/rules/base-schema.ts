/** Declarations by name; a model's text is the lines of its body, so that rules can be added. */
export interface BaseSchema {
    /** What stands before the models: enums and types. */
    head: string;
    models: Readonly<Record<string, string>>;
}

const HEAD = `enum Role { ADMIN MEMBER GUEST }

type Stamped {
    createdAt DateTime @default(now())
    stamp String?
}
`;

const AUTH_TYPE = `
type Auth {
    id String? @id
    orgId String?
    role Role?
    level Int?
    isAdmin Boolean?
    name String?
    since DateTime?
    tags String[]
    levels Int[]
    org AuthOrg?
    teams AuthTeam[]
    @@auth
}

type AuthOrg {
    id String
    name String?
    level Int?
    open Boolean?
}

type AuthTeam {
    orgId String?
    role Role?
    level Int?
    lead Boolean?
    people AuthPerson[]
}

type AuthPerson {
    userId String?
    level Int?
}
`;

const MODELS = {
    Org: `
    id String @id
    name String?
    level Int
    open Boolean?
    members Member[]
    todos Todo[]
    users User[]`,
    User: `
    id String @id
    name String?
    role Role
    level Int?
    isAdmin Boolean
    orgId String?
    org Org? @relation(fields: [orgId], references: [id])
    profile Profile?
    members Member[]
    todos Todo[] @relation('owner')
    created Todo[] @relation('creator')
    folders Folder[]
    notes Note[]`,
    Profile: `
    id String @id
    bio String?
    level Int?
    userId String @unique
    user User @relation(fields: [userId], references: [id])`,
    Member: `
    id String @id
    role Role
    level Int?
    userId String
    user User @relation(fields: [userId], references: [id])
    orgId String
    org Org @relation(fields: [orgId], references: [id])`,
    Folder: `
    id String @id
    name String?
    open Boolean
    parentId String?
    parent Folder? @relation('tree', fields: [parentId], references: [id])
    children Folder[] @relation('tree')
    ownerId String?
    owner User? @relation(fields: [ownerId], references: [id])
    todos Todo[]`,
    Tag: `
    id String @id
    name String?
    level Int?
    todos Todo[]`,
    Note: `
    id String @id
    text String?
    level Int?
    todoId String
    todo Todo @relation(fields: [todoId], references: [id], onDelete: Cascade)
    authorId String?
    author User? @relation(fields: [authorId], references: [id])`,
    Detail: `
    id String @id
    text String?
    level Int?
    todoId String @unique
    todo Todo @relation(fields: [todoId], references: [id], onDelete: Cascade)`,
    Todo: `
    id String @id
    title String?
    count Int
    score Int?
    done Boolean
    flag Boolean?
    role Role?
    kind Role @default(MEMBER)
    due DateTime?
    ownerId String?
    owner User? @relation('owner', fields: [ownerId], references: [id])
    creatorId String
    creator User @relation('creator', fields: [creatorId], references: [id])
    orgId String?
    org Org? @relation(fields: [orgId], references: [id])
    folderId String?
    folder Folder? @relation(fields: [folderId], references: [id])
    parentId String?
    parent Todo? @relation('sub', fields: [parentId], references: [id])
    children Todo[] @relation('sub')
    notes Note[]
    detail Detail?
    tags Tag[]
    mark String?`,
};

/** Models around a `Todo`: to-one and to-many relations, trees, one-to-one, many-to-many; `auth()` is a type or `User`. */
export const BASE_SCHEMAS: Readonly<Record<'type' | 'model', BaseSchema>> = {
    type: { head: HEAD + AUTH_TYPE, models: MODELS },
    model: { head: HEAD, models: MODELS },
};

/** Rules of a model, and of its fields by name, as they are written. */
export interface Rules {
    model: readonly string[];
    fields?: Readonly<Record<string, readonly string[]>>;
}

const MIXINS: Readonly<Record<string, string>> = { Todo: ' with Stamped' };

/** The text of a model of a base schema with rules. */
export function modelText(base: BaseSchema, name: string, rules: Rules | undefined): string {
    const body = (base.models[name] ?? '').split('\n').map((line) => {
        const field = line.trim().split(' ')[0] ?? '';
        return [line, ...(rules?.fields?.[field] ?? [])].join(' ');
    });
    const lines = [...body.slice(1), ...(rules?.model ?? []).map((rule) => `    ${rule}`)];
    return `model ${name}${MIXINS[name] ?? ''} {\n${lines.join('\n')}\n}\n`;
}

/** The text of a whole base schema with rules by model. */
export function schemaText(base: BaseSchema, rules: Readonly<Record<string, Rules>>): string {
    return [base.head, ...Object.keys(base.models).map((name) => modelText(base, name, rules[name]))].join('\n');
}
