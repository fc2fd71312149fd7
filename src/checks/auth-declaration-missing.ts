import type { FixData } from '../model/fix.ts';
import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';
import { suggestMembers } from './suggest-members.ts';

/** Rules call `auth()`, and neither a declaration with `@@auth` nor a model `User` says what that is. */
export const authDeclarationMissing: Check = ({ view, contexts }): Finding[] => {
    if (!view.firstAuthCall || view.auth) return [];
    // An import that leads nowhere may well hold the declaration.
    if (view.files.some((file) => file.imports.some((imported) => imported.resolved === undefined))) return [];
    if (view.files.some((file) => file.hasSyntaxErrors)) return [];
    const members = suggestMembers(view, contexts ?? []);
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
