import type { FixData } from '../model/fix.ts';
import type { Finding } from '../model/finding.ts';
import { knownCalls, memberOf, usedMembers } from './auth-members.ts';
import type { Check, CheckInput } from './check.ts';
import { zmodelTypeFor } from './types.ts';

/** Rules call `auth()`, and neither a declaration with `@@auth` nor a model `User` says what that is. */
export const authDeclarationMissing: Check = (input): Finding[] => {
    const { view } = input;
    if (!view.firstAuthCall || view.auth) return [];
    // An import that leads nowhere may well hold the declaration.
    if (view.files.some((file) => file.imports.some((imported) => imported.resolved === undefined))) return [];
    if (view.files.some((file) => file.hasSyntaxErrors)) return [];
    const members = suggestMembers(input);
    const name = view.declarations.some((declaration) => declaration.name === 'Auth') ? 'AuthContext' : 'Auth';
    const data: FixData = { kind: 'add-auth-type', name, members };
    return [
        {
            code: 'auth-declaration-missing',
            severity: 'error',
            file: view.firstAuthCall.file,
            span: view.firstAuthCall.span,
            message:
                'Rules use auth(), but nothing declares it: add @@auth to the type or model that describes the current user.',
            related: [],
            fixes: [
                {
                    title: `Create type ${name} @@auth with ${members.map((member) => member.name).join(', ')}`,
                    preferred: true,
                    data,
                },
            ],
        },
    ];
};

/** What every call agrees on, and what rules read; the id first. */
function suggestMembers({ view, contexts }: CheckInput): { name: string; typeText: string; id: boolean }[] {
    const calls = knownCalls(contexts ?? []);
    const names = [...new Set([...calls.flatMap((call) => Object.keys(call.members)), ...usedMembers(view)])];
    const id = ['userId', 'id'].find((name) => names.includes(name)) ?? 'userId';
    if (!names.includes(id)) names.unshift(id);
    return names
        .flatMap((name) => {
            const supplied = calls.map((call) => memberOf(call, name));
            const [first] = supplied;
            const type = first ? zmodelTypeFor(first.type) : 'String';
            if (type === undefined) return [];
            const certain = supplied.length > 0 && supplied.every((member) => member && !mayBeAbsent(member));
            const optional = name !== id && !certain && !type.endsWith(']');
            return [{ name, typeText: `${type}${optional ? '?' : ''}`, id: name === id }];
        })
        .sort((a, b) => Number(b.id) - Number(a.id));
}

function mayBeAbsent(member: { optional: boolean; nullable: boolean; undefinable: boolean }): boolean {
    return member.optional || member.nullable || member.undefinable;
}
