import { AUTH_OUTLINES } from '../model/auth-outlines.ts';
import type { PolicyField, PolicyModel } from '../model/policy.ts';

const SECRET =
    /^(password|passwd|password_?hash|hashed_?password|hash|salt|secret|client_?secret|.*_?token|token|api_?key|private_?key|otp|backup_?codes|recovery_?codes)$/i;

/** The tables of Better Auth's core, by their columns under their own names. */
const CORE = AUTH_OUTLINES.flatMap(({ columns, sensitive }) =>
    sensitive ? [{ names: columns.flatMap(([name]) => name ?? []), sensitive }] : [],
);

/** What isn't for everybody in the tables of Better Auth's core that a model has the columns of. */
function sensitiveByTable({ fields }: PolicyModel): string[] {
    const found: string[] = [];
    for (const { names, sensitive } of CORE) if (names.every((name) => fields.has(name))) found.push(...sensitive);
    return found;
}

/** Whether columns of a name hold secrets, for the names that were asked for. */
const secrets = new Map<string, boolean>();
const MOST = 4000;

function isSecret(name: string): boolean {
    const known = secrets.get(name);
    if (known !== undefined) return known;
    if (secrets.size > MOST) secrets.clear();
    const is = SECRET.test(name);
    secrets.set(name, is);
    return is;
}

/** True for a table of Better Auth's core, under whatever name, recognised by its columns. */
export function isCoreTable(model: PolicyModel): boolean {
    return sensitiveByTable(model).length > 0;
}

/** The columns of a model that aren't for everybody: secrets by their names, and what Better Auth's tables hold. */
export function sensitiveColumns(model: PolicyModel): PolicyField[] {
    const known = sensitiveByTable(model);
    const found: PolicyField[] = [];
    for (const field of model.fields.values()) {
        const { name, type, relation, attributes } = field;
        if (relation || !(known.includes(name) || (type.name === 'String' && isSecret(name)))) continue;
        if (!attributes.includes('@omit')) found.push(field);
    }
    return found;
}
