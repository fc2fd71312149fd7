import type { Finding } from '../model/finding.ts';
import { rangeOf } from './places.ts';
import type { Check } from './check.ts';

/** Two declarations carry `@@auth`: only the CLI of ZenStack says so, without a position. */
export const authDeclarationDuplicate: Check = ({ view, display }): Finding[] => {
    const [first, ...others] = view.authDeclarations;
    if (!first) return [];
    return others.map((declaration) => ({
        code: 'auth-declaration-duplicate',
        severity: 'error',
        file: declaration.file,
        span: declaration.attributes.find((attribute) => attribute.name === '@@auth')?.span ?? declaration.nameSpan,
        message: `Only one declaration may have @@auth; ${first.name} in ${display(first.file)} has it already.`,
        related: [{ location: rangeOf(view, first.file, first.nameSpan), message: `${first.name} has @@auth` }],
        fixes: [
            {
                title: `Remove @@auth from ${declaration.name}`,
                preferred: true,
                data: { kind: 'remove-auth-attribute', declaration: declaration.name },
            },
        ],
    }));
};
