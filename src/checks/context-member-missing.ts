import type { Finding } from '../model/finding.ts';
import type { FixData } from '../model/fix.ts';
import { hasAttribute, knownCalls, memberOf, requiredMembers, usedMembers } from './auth-members.ts';
import type { Check } from './check.ts';
import { printType } from './types.ts';

/** A required member of the `@@auth` declaration that some `$setAuth` call never supplies. */
export const contextMemberMissing: Check = ({ view, contexts, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts) return [];
    const used = usedMembers(view);
    return requiredMembers(view, declaration).flatMap((field): Finding[] => {
        const calls = knownCalls(contexts);
        const lacking = calls.filter((call) => !call.open && !memberOf(call, field.name));
        const [first] = lacking;
        if (!first) return [];
        const place = `${display(first.shape.argument.file)}:${first.shape.argument.range.start.line + 1}`;
        const where =
            lacking.length === 1
                ? `the call of $setAuth at ${place}`
                : `${lacking.length} calls of $setAuth (first: ${place})`;
        // An id may not be null in ZModel, and a model's column belongs to the database.
        const canChange = declaration.kind === 'type' && !hasAttribute(field, '@id') && !field.type.array;
        const optional: FixData = {
            kind: 'set-member-type',
            declaration: field.declaredIn,
            member: field.name,
            typeText: `${printType(field.type)}?`,
        };
        const fixes: Finding['fixes'] = [];
        if (canChange)
            fixes.push({
                title: `Make ${field.name} optional (${optional.typeText})`,
                preferred: true,
                data: optional,
            });
        if (declaration.kind === 'type' && !used.has(field.name) && lacking.length === calls.length) {
            fixes.push({
                title: `Remove ${field.name} from ${field.declaredIn}`,
                preferred: false,
                data: { kind: 'remove-member', declaration: field.declaredIn, member: field.name },
            });
        }
        return [
            {
                code: 'context-member-missing',
                severity: used.has(field.name) ? 'error' : 'warning',
                file: field.file,
                span: field.nameSpan,
                message:
                    `"${field.name}" is required in ${declaration.kind} ${declaration.name}, but ${where} never ${lacking.length === 1 ? 'supplies' : 'supply'} it` +
                    (used.has(field.name) ? '; rules that read it see null.' : '.'),
                related: lacking.map(({ shape }) => ({
                    location: shape.argument,
                    message: `${shape.argumentText} has the type ${shape.typeText}, without "${field.name}"`,
                })),
                fixes,
            },
        ];
    });
};
