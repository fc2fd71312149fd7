import type { Finding } from '../model/finding.ts';
import type { FieldView } from '../model/schema-view.ts';
import { memberOf, requiredMembers } from './auth-members.ts';
import { calleeOf, declarationText, judgeCalls, lineOf, nameCalls } from './context-calls.ts';
import type { JudgedCall } from './context-calls.ts';
import type { Check } from './check.ts';
import { appendAccess } from './source-fixes.ts';
import { compareTypes } from './types.ts';

/** `{ session, user }` itself is passed to `$setAuth`: every member of the declaration is missing, one level too high. */
export const contextWrapperPassed: Check = ({ view, contexts, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts) return [];
    const found = judgeCalls(view, declaration, contexts).flatMap((call) =>
        call.wrapper ? [{ ...call, wrapper: call.wrapper }] : [],
    );
    const [first] = found;
    if (!first) return [];
    const required = requiredMembers(view, declaration);
    return [
        {
            code: 'context-wrapper-passed',
            severity: 'error',
            file: declaration.file,
            span: declaration.nameSpan,
            message:
                `None of the members of ${declaration.kind} ${declaration.name} is in what ` +
                `${nameCalls(
                    found.map((call) => call.shape),
                    display,
                )} passes: ${first.shape.argumentText} (${first.shape.typeText}) holds ${nameAll(first.wrapper)} around them. ` +
                'Every auth().member is null then.',
            related: found.map(({ shape, wrapper }) => ({
                location: shape.argument,
                message: `${shape.argumentText} has the members ${nameAll(wrapper)}`,
            })),
            places: found.map(({ shape, wrapper }) => ({
                location: shape.argument,
                message:
                    `${calleeOf(shape)} gets an object with ${nameAll(wrapper)}, and none of the members of ` +
                    `${declarationText(view, declaration, display)}: pass what is inside.`,
            })),
            fixes: found.flatMap((call) =>
                call.wrapper.flatMap((name) => {
                    const data = fits(call, name, required) ? appendAccess(call.shape, name) : undefined;
                    if (!data) return [];
                    const title = `Pass its member ${name} at ${lineOf(call.shape.argument, display)}`;
                    return [{ title, preferred: true, data }];
                }),
            ),
        },
    ];
};

/** Whether an inner object surely is what the declaration describes. */
function fits(call: JudgedCall, name: string, required: readonly FieldView[]): boolean {
    const holder = memberOf(call, name);
    if (holder?.type.kind !== 'object' || holder.nullable) return false;
    const { members } = holder.type;
    return required.every((field) => {
        const member = Object.hasOwn(members, field.name) ? members[field.name] : undefined;
        return (
            member &&
            !member.optional &&
            !member.nullable &&
            !member.undefinable &&
            compareTypes(field.type, member.type) === 'fits'
        );
    });
}

function nameAll(names: readonly string[]): string {
    return names.map((name) => `"${name}"`).join(' and ');
}
