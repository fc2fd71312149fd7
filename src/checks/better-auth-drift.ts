import type { AuthConfig, AuthTable } from '../model/auth-table.ts';
import type { Finding } from '../model/finding.ts';
import type { DeclarationView } from '../model/schema-view.ts';
import { answersTo } from '../insert/names.ts';
import { planInsert } from '../insert/plan-insert.ts';
import type { Check } from './check.ts';
import { servingConfig } from './serving-config.ts';

/**
 * The Better Auth configuration needs a model or field that the schema lacks. Only what is lacking is
 * drift: what is there but different is not. Reported at information where a part of the configuration
 * is unknown.
 */
export const betterAuthDrift: Check = (input): Finding[] => {
    const { view } = input;
    // A declaration that didn't parse, or that can't be found, may be the one that seems to be lacking.
    if (view.files.some((file) => file.hasSyntaxErrors || file.imports.some(({ resolved }) => !resolved))) return [];
    const config = servingConfig(input);
    const models = view.declarations.filter(({ kind }) => kind === 'model');
    if (!config || models.length === 0) return [];
    const plan = planInsert(view, config);
    const finding = (at: DeclarationView, message: string, title: string, tables: AuthTable[]): Finding => ({
        code: 'better-auth-drift',
        severity: config.unknown.length > 0 ? 'information' : 'warning',
        file: at.file,
        span: at.nameSpan,
        message,
        related: [{ location: config.location, message: `betterAuth(…) with ${pluginList(config)}` }],
        fixes: [
            {
                title,
                preferred: true,
                data: { kind: 'insert-auth-models', tables: tables.map(({ key }) => key) },
            },
        ],
    });

    const findings: Finding[] = [];
    for (const declaration of models) {
        const prefix = `${declaration.name}.`;
        const fields = plan.added.fields
            .filter((path) => path.startsWith(prefix))
            .map((path) => path.slice(prefix.length));
        const table = tableOf(config, declaration);
        if (fields.length === 0 || !table) continue;
        const message = `Better Auth's configuration needs ${list(fields)} in ${declaration.name}; the schema lacks ${fields.length === 1 ? 'it' : 'them'}.`;
        findings.push(finding(declaration, message, `Add ${list(fields)} to ${declaration.name}`, [table]));
    }
    const lacking = plan.added.models;
    const anchor = models.find((declaration) => tableOf(config, declaration)) ?? models[0];
    if (lacking.length > 0 && anchor) {
        const tables = config.tables.filter((table) => lacking.some((name) => answersTo(name, table.name)));
        const one = lacking.length === 1;
        const message = `Better Auth's configuration needs the ${one ? 'model' : 'models'} ${list(lacking)}; the schema lacks ${one ? 'it' : 'them'}.`;
        findings.push(finding(anchor, message, `Insert ${list(lacking)}`, tables));
    }
    return findings;
};

function tableOf(config: AuthConfig, declaration: DeclarationView): AuthTable | undefined {
    return config.tables.find((table) => answersTo(declaration.name, table.name));
}

function list(names: readonly string[]): string {
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function pluginList(config: AuthConfig): string {
    return config.plugins.length === 0 ? 'no plugins' : list(config.plugins.map((plugin) => plugin.name));
}
