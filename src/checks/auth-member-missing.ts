import type { Finding } from '../model/finding.ts';
import { hasUnknownMembers, knownCalls, memberOf } from './auth-members.ts';
import type { Check, CheckInput } from './check.ts';
import { rangeOf } from './places.ts';
import { zmodelTypeFor } from './types.ts';

/** A rule reads `auth().x`, and the declaration behind `auth()` has no `x`. */
export const authMemberMissing: Check = (input): Finding[] => {
    const { view, display } = input;
    const declaration = view.auth?.declaration;
    if (!declaration || hasUnknownMembers(view, declaration)) return [];
    const declared = new Set(declaration.fields.map((field) => field.name));
    return view.authUses.flatMap((use): Finding[] => {
        const [name] = use.path;
        if (name === undefined || name === '' || declared.has(name)) return [];
        const { typeText, reason } = suggestType(input, name);
        return [
            {
                code: 'auth-member-missing',
                severity: 'error',
                file: use.file,
                span: use.span,
                message: `${declaration.kind} ${declaration.name}, which describes auth(), has no member "${name}".`,
                related: [
                    {
                        location: rangeOf(view, declaration.file, declaration.nameSpan),
                        message: `${declaration.name} is declared in ${display(declaration.file)}`,
                    },
                ],
                fixes: [
                    {
                        title: `Add ${name} ${typeText} to ${declaration.name}${reason}`,
                        preferred: true,
                        data: { kind: 'add-member', declaration: declaration.name, member: name, typeText },
                    },
                ],
            },
        ];
    });
};

/** The type that the application's calls supply; optional unless every call certainly does. */
function suggestType({ contexts }: CheckInput, name: string): { typeText: string; reason: string } {
    const calls = knownCalls(contexts ?? []);
    const supplied = calls.map((call) => memberOf(call, name));
    const types = new Set(supplied.flatMap((member) => (member ? [zmodelTypeFor(member.type)] : [])));
    const [type] = types;
    if (types.size !== 1 || type === undefined) return { typeText: 'String?', reason: '' };
    if (type.endsWith(']')) return { typeText: type, reason: ', as the application supplies it' };
    const certain = supplied.every((member) => member && !member.optional && !member.nullable && !member.undefinable);
    return { typeText: certain ? type : `${type}?`, reason: ', as the application supplies it' };
}
