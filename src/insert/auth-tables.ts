import { columnNamesOf, isModelFor } from './match.ts';
import { normalizeName } from './names.ts';
import { AUTH_OUTLINES } from '../model/auth-outlines.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { DeclarationView } from '../model/schema-view.ts';

/**
 * Whether a model holds rows of an authentication library, under whatever name.
 * In: the model; the Better Auth configurations, as far as they are known: their tables are recognised by name
 * or by columns, the well-known ones by columns alone.
 */
export function isAuthTable(declaration: DeclarationView, configs: readonly AuthConfig[] = []): boolean {
    if (configs.some(({ tables }) => tables.some((table) => isModelFor(declaration, table)))) return true;
    const columns = columnNamesOf(declaration);
    return AUTH_OUTLINES.some((outline) =>
        outline.columns.every((names) => names.some((name) => columns.has(normalizeName(name)))),
    );
}
