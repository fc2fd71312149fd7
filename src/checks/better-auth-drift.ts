import type { AuthConfig, AuthTable } from '../model/auth-table.ts';
import type { Finding } from '../model/finding.ts';
import type { DeclarationView } from '../model/schema-view.ts';
import { planInsert } from '../insert/plan-insert.ts';
import type { Check, CheckInput } from './check.ts';
import { rangeOf } from './places.ts';

/**
 * The Better Auth configuration needs a model or field that the schema lacks. Only what is lacking is
 * drift. Reported at information where a part of the configuration is unknown.
 */
export const betterAuthDrift: Check = (input): Finding[] => {
    const config = configOf(input);
    if (!config) return [];
    const { view } = input;
    const plan = planInsert(view, config);
    const severity = config.unknown.length > 0 ? 'information' : 'warning';
    const related = [{ location: config.location, message: `betterAuth(…) with ${pluginList(config)}` }];
    const findings: Finding[] = [];

    const fieldsByModel = new Map<string, string[]>();
    for (const added of plan.added.fields) {
        const [model = '', field = ''] = added.split('.');
        if (plan.added.models.includes(model)) continue;
        fieldsByModel.set(model, [...(fieldsByModel.get(model) ?? []), field]);
    }
    for (const [model, fields] of fieldsByModel) {
        const declaration = view.declarations.find((candidate) => candidate.name === model);
        const table = declaration && tableOf(config, declaration);
        if (!declaration || !table) continue;
        findings.push({
            code: 'better-auth-drift',
            severity,
            file: declaration.file,
            span: declaration.nameSpan,
            message: `Better Auth's configuration needs ${list(fields)} in ${model}; the schema lacks ${fields.length === 1 ? 'it' : 'them'}.`,
            related,
            fixes: [
                {
                    title: `Add ${list(fields)} to ${model}`,
                    preferred: true,
                    data: { kind: 'insert-auth-models', tables: [table.key] },
                },
            ],
        });
    }
    const anchor = view.declarations.find((declaration) => tableOf(config, declaration)) ?? view.declarations[0];
    if (plan.added.models.length > 0 && anchor) {
        const { models } = plan.added;
        const keys = config.tables
            .filter((table) => models.some((name) => isNameOf(table, name)))
            .map((table) => table.key);
        findings.push({
            code: 'better-auth-drift',
            severity,
            file: anchor.file,
            span: anchor.nameSpan,
            message: `Better Auth's configuration needs the ${models.length === 1 ? 'model' : 'models'} ${list(models)}; the schema lacks ${models.length === 1 ? 'it' : 'them'}.`,
            related: [
                ...related,
                { location: rangeOf(view, anchor.file, anchor.nameSpan), message: "Better Auth's models are here" },
            ].slice(0, 1),
            fixes: [
                {
                    title: `Insert ${list(models)}`,
                    preferred: true,
                    data: { kind: 'insert-auth-models', tables: keys },
                },
            ],
        });
    }
    return findings;
};

/**
 * The configuration that this schema serves: the only one with the ZenStack adapter. A schema that is
 * neither the package's main one nor holds Better Auth's user and session may serve something else.
 */
function configOf({ view, configs, isMainSchema }: CheckInput): AuthConfig | undefined {
    const candidates = (configs ?? []).filter((config) => config.adapter?.name === 'zenstackAdapter');
    const [config] = candidates;
    if (!config || candidates.length > 1) return undefined;
    // A declaration that didn't parse may be the one that seems to be lacking.
    if (
        view.files.some(
            (file) => file.hasSyntaxErrors || file.imports.some((imported) => imported.resolved === undefined),
        )
    ) {
        return undefined;
    }
    const held = ['user', 'session'].every((key) =>
        view.declarations.some((declaration) => tableOf(config, declaration)?.key === key),
    );
    return held || (isMainSchema && view.declarations.some((declaration) => declaration.kind === 'model'))
        ? config
        : undefined;
}

function isNameOf(table: AuthTable, model: string): boolean {
    return model.charAt(0).toLowerCase() + model.slice(1) === table.name.charAt(0).toLowerCase() + table.name.slice(1);
}

function tableOf(config: AuthConfig, declaration: DeclarationView): AuthTable | undefined {
    if (declaration.kind !== 'model') return undefined;
    return config.tables.find((table) => isNameOf(table, declaration.name));
}

function list(names: readonly string[]): string {
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function pluginList(config: AuthConfig): string {
    return config.plugins.length === 0 ? 'no plugins' : list(config.plugins.map((plugin) => plugin.name));
}
