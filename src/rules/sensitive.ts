import type { PolicyField, PolicyModel } from '../model/policy.ts';

const SECRET =
    /^(password|passwd|password_?hash|hashed_?password|hash|salt|secret|client_?secret|.*_?token|token|api_?key|private_?key|otp|backup_?codes|recovery_?codes)$/i;

/** Better Auth's own tables by columns that no other table has together, and what in them isn't for everybody. */
const TABLES: readonly { columns: readonly string[]; sensitive: readonly string[] }[] = [
    { columns: ['email', 'emailVerified'], sensitive: ['email'] },
    { columns: ['token', 'expiresAt', 'userId'], sensitive: ['token'] },
    {
        columns: ['accountId', 'providerId', 'userId'],
        sensitive: ['accessToken', 'refreshToken', 'idToken', 'password'],
    },
    { columns: ['identifier', 'value', 'expiresAt'], sensitive: ['value'] },
];

/** True for a table of Better Auth's core, under whatever name, recognised by its columns. */
export function isCoreTable(model: PolicyModel): boolean {
    return TABLES.some(({ columns }) => columns.every((name) => model.fields.has(name)));
}

/** The columns of a model that aren't for everybody: secrets by their names, and what Better Auth's tables hold. */
export function sensitiveColumns(model: PolicyModel): PolicyField[] {
    const known = TABLES.filter(({ columns }) => columns.every((name) => model.fields.has(name))).flatMap(
        ({ sensitive }) => sensitive,
    );
    return [...model.fields.values()].filter(
        (field) =>
            !field.relation &&
            !field.attributes.includes('@omit') &&
            (known.includes(field.name) || (field.type.name === 'String' && SECRET.test(field.name))),
    );
}
