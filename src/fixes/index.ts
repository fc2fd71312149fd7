import type { AuthConfig } from '../model/auth-table.ts';
import type { FixData } from '../model/fix.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { declarePolicyPlugin } from '../insert/extras.ts';
import { planInsert } from '../insert/plan-insert.ts';
import { addAuthType } from './add-auth-type.ts';
import { addOverride } from './add-override.ts';
import { compareInPredicate } from './compare-in-predicate.ts';
import { addEnumValues } from './add-enum-values.ts';
import { addMember, removeMember, setMemberType } from './members.ts';
import { removeAuthAttribute } from './remove-auth-attribute.ts';
import { renameAuthMember } from './rename-auth-member.ts';
import { editSource, replaceSource } from './replace-source.ts';
import { addFieldAttribute, addRule, editRule } from './rules.ts';

/** What a fix may look at: the schema as it is now, and the Better Auth configuration where there is just one. */
export interface FixInput {
    view: SchemaView;
    /** The file of the finding, for what is newly created. */
    file: string;
    config?: AuthConfig;
    /** The present content of a source file of the application; without it, those aren't changed. */
    readSource?: (file: string) => string | undefined;
}

/**
 * Turns a fix into edits.
 * In: the fix's data and the current views. Out: the changes, all against the views' content; none when
 * the target is gone or no longer parses, so that nothing is ever written at a guessed place.
 */
export function applyFix(data: FixData, input: FixInput): TextChange[] {
    switch (data.kind) {
        case 'set-member-type':
            return setMemberType(input.view, data);
        case 'add-member':
            return addMember(input.view, data);
        case 'remove-member':
            return removeMember(input.view, data);
        case 'add-enum-values':
            return addEnumValues(input.view, data);
        case 'rename-auth-member':
            return renameAuthMember(input.view, data);
        case 'replace-source':
            return replaceSource(data, input.readSource?.(data.file));
        case 'edit-source':
            return editSource(data, input.readSource?.(data.location.file));
        case 'compare-in-predicate':
            return compareInPredicate(input.view, input.file, data);
        case 'edit-rule':
            return editRule(input.view, data);
        case 'add-rule':
            return addRule(input.view, data);
        case 'add-field-attribute':
            return addFieldAttribute(input.view, data);
        case 'add-auth-type':
            return addAuthType(input.view, input.file, data);
        case 'remove-auth-attribute':
            return removeAuthAttribute(input.view, data);
        case 'insert-auth-models':
            return input.config ? planInsert(input.view, input.config, { tables: data.tables }).changes : [];
        case 'add-policy-plugin':
            return declarePolicyPlugin(input.view);
        case 'add-override':
            return addOverride(data, input.readSource?.(data.manifest));
    }
}
