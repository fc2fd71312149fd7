/** Declarations by name; a model's text is the lines of its body, so that rules can be added. */
export interface BaseSchema {
    /** What stands before the models: enums and types. */
    head: string;
    models: Readonly<Record<string, string>>;
    /** What follows a model's name: mixins, a base. */
    headers: Readonly<Record<string, string>>;
    /** Tables of implicit many-to-many relations, which `$pushSchema` leaves out: by `Model.field` of one side. */
    joinTables: Readonly<Record<string, JoinTable>>;
    /** The bases of `Todo`, the topmost first. */
    bases: readonly string[];
}

/** The table's columns `A` and `B` are ids of the models whose names come first and second. */
export interface JoinTable {
    table: string;
    /** What the columns refer to. */
    a: string;
    b: string;
    /** The column of the side by which the relation is named. */
    own: 'A' | 'B';
}

const head = (rules: string): string => `enum Role { ADMIN MEMBER GUEST }

type Stamped {
    createdAt DateTime @default(now())
    stamp String?
${rules}}
`;
/** A rule of a mixin is one of each model that has it. */
const HEAD = head("\n    @@deny('read,update', stamp == 'B' && createdAt < now())\n");

const AUTH_TYPE = `
type Auth {
    id String? @id
    orgId String?
    role Role?
    level Int?
    rate Float?
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
    rate Float?
    done Boolean
    flag Boolean?
    role Role?
    kind Role @default(MEMBER)
    due DateTime?
    madeBy String? @default(auth().id)
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
    friends Todo[] @relation('friends')
    friendOf Todo[] @relation('friends')
    notes Note[]
    detail Detail?
    tags Tag[]
    mark String?`,
};

/** The same with a `Todo` that extends a base, which extends another; columns whose names end in `mark` are for updates. */
const DELEGATE_MODELS = {
    Org: `
    id String @id
    name String?
    level Int
    open Boolean?
    members Member[]
    assets Asset[]
    users User[]`,
    User: `
    id String @id
    name String?
    role Role
    level Int?
    isAdmin Boolean
    orgId String?
    org Org? @relation(fields: [orgId], references: [id])
    members Member[]
    assets Asset[] @relation('owner')
    created Todo[] @relation('creator')
    folders Folder[]
    notes Note[]`,
    Member: MODELS.Member,
    Folder: MODELS.Folder,
    Tag: `
    id String @id
    name String?
    level Int?
    assets Asset[]`,
    Note: `
    id String @id
    text String?
    level Int?
    assetId String
    asset Asset @relation(fields: [assetId], references: [id], onDelete: Cascade)
    authorId String?
    author User? @relation(fields: [authorId], references: [id])`,
    Asset: `
    id String @id
    kind String
    title String?
    count Int
    flag Boolean?
    ownerId String?
    owner User? @relation('owner', fields: [ownerId], references: [id])
    orgId String?
    org Org? @relation(fields: [orgId], references: [id])
    twinId String?
    twin Asset? @relation('twin', fields: [twinId], references: [id])
    twins Asset[] @relation('twin')
    notes Note[]
    tags Tag[]
    assetmark String?
    @@delegate(kind)`,
    Doc: `
    sort String
    score Int?
    rate Float?
    madeBy String? @default(auth().id)
    done Boolean
    docmark String?
    @@delegate(sort)`,
    Media: `
    seconds Int?`,
    Todo: `
    role Role?
    due DateTime?
    creatorId String
    creator User @relation('creator', fields: [creatorId], references: [id])
    folderId String?
    folder Folder? @relation(fields: [folderId], references: [id])
    parentId String?
    parent Todo? @relation('sub', fields: [parentId], references: [id])
    children Todo[] @relation('sub')
    mark String?`,
};

const LINKS: BaseSchema['joinTables'] = {
    'Todo.tags': { table: '_TagToTodo', a: 'Tag', b: 'Todo', own: 'B' },
    'Todo.friends': { table: '_friends', a: 'Todo', b: 'Todo', own: 'B' },
};

/**
 * Models around a `Todo`: to-one and to-many relations, trees, one-to-one, many-to-many; `auth()` is a type or `User`.
 * In `delegate` a todo extends another model, and `auth()` is a type.
 */
export const BASE_SCHEMAS: Readonly<Record<'type' | 'model' | 'delegate', BaseSchema>> = {
    type: {
        head: HEAD + AUTH_TYPE,
        models: MODELS,
        headers: { Todo: 'with Stamped' },
        joinTables: LINKS,
        bases: [],
    },
    model: { head: HEAD, models: MODELS, headers: { Todo: 'with Stamped' }, joinTables: LINKS, bases: [] },
    delegate: {
        head: head('') + AUTH_TYPE,
        models: DELEGATE_MODELS,
        headers: { Asset: 'with Stamped', Doc: 'extends Asset', Media: 'extends Asset', Todo: 'extends Doc' },
        joinTables: { 'Asset.tags': { table: '_AssetToTag', a: 'Asset', b: 'Tag', own: 'A' } },
        bases: ['Asset', 'Doc'],
    },
};

/** Rules of a model, and of its fields by name, as they are written. */
export interface Rules {
    model: readonly string[];
    fields?: Readonly<Record<string, readonly string[]>>;
}

/** The text of a model of a base schema with rules. */
export function modelText(base: BaseSchema, name: string, rules: Rules | undefined): string {
    const body = (base.models[name] ?? '').split('\n').map((line) => {
        const field = line.trim().split(' ')[0] ?? '';
        return [line, ...(rules?.fields?.[field] ?? [])].join(' ');
    });
    const lines = [...body.slice(1), ...(rules?.model ?? []).map((rule) => `    ${rule}`)];
    const header = base.headers[name];
    return `model ${name}${header === undefined ? '' : ` ${header}`} {\n${lines.join('\n')}\n}\n`;
}

/** The text of a whole base schema with rules by model. */
export function schemaText(base: BaseSchema, rules: Readonly<Record<string, Rules>>): string {
    return [base.head, ...Object.keys(base.models).map((name) => modelText(base, name, rules[name]))].join('\n');
}
