import { matchTable } from '../insert/match.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { CheckInput } from './check.ts';

/**
 * The Better Auth configuration that a schema serves.
 * In: the schema and what is known around it. Out: the only configuration with the ZenStack adapter, when
 * the schema is the package's main one or holds Better Auth's user and session; without such a
 * configuration, the only one there is, when the schema holds both. Undefined when nobody can tell.
 */
export function servingConfig({
    view,
    configs = [],
    isMainSchema,
}: Pick<CheckInput, 'view' | 'configs' | 'isMainSchema'>): AuthConfig | undefined {
    const adapted = configs.filter((config) => config.adapter?.name === 'zenstackAdapter');
    const [config, ...others] = adapted.length > 0 ? adapted : configs;
    if (!config || others.length > 0) return undefined;
    if (isMainSchema && adapted.length > 0) return config;
    return holds(config, 'user', view) && holds(config, 'session', view) ? config : undefined;
}

/** Whether a schema has a model for a table: by name, by what it is mapped to or by columns, `@@ignore`d or not. */
function holds(config: AuthConfig, key: string, view: CheckInput['view']): boolean {
    const table = config.tables.find((candidate) => candidate.key === key);
    // With a secondary storage there may be no table for sessions at all.
    if (!table) return key === 'session';
    const match = matchTable(table, config.tables, view);
    if (match.kind === 'found' || match.kind === 'lookalike') return true;
    return (
        match.kind === 'blocked' && match.conflicts.some(({ kind }) => kind === 'ignored' || kind === 'model-renamed')
    );
}
