import { AUTH_OUTLINES } from '../model/auth-outlines.ts';
import type { PolicyField, PolicyModel } from '../model/policy.ts';

const SECRET =
    /^(password|passwd|password_?hash|hashed_?password|hash|salt|secret|client_?secret|.*_?token|token|api_?key|private_?key|otp|backup_?codes|recovery_?codes)$/i;

/** What isn't for everybody in the tables of Better Auth's core that a model has the columns of, under their own names. */
function sensitiveByTable(model: PolicyModel): readonly string[][] {
    return AUTH_OUTLINES.flatMap(({ columns, sensitive }) =>
        sensitive && columns.every(([name]) => name !== undefined && model.fields.has(name)) ? [[...sensitive]] : [],
    );
}

/** True for a table of Better Auth's core, under whatever name, recognised by its columns. */
export function isCoreTable(model: PolicyModel): boolean {
    return sensitiveByTable(model).length > 0;
}

/** The columns of a model that aren't for everybody: secrets by their names, and what Better Auth's tables hold. */
export function sensitiveColumns(model: PolicyModel): PolicyField[] {
    const known = sensitiveByTable(model).flat();
    return [...model.fields.values()].filter(
        (field) =>
            !field.relation &&
            !field.attributes.includes('@omit') &&
            (known.includes(field.name) || (field.type.name === 'String' && SECRET.test(field.name))),
    );
}
