import type { Finding } from '../model/finding.ts';
import type { AttributeView, SchemaView } from '../model/schema-view.ts';
import { hasPolicyPlugin, POLICY_PLUGIN } from '../insert/extras.ts';
import type { Check } from './check.ts';

const RULES: ReadonlySet<string> = new Set(['@@allow', '@@deny', '@allow', '@deny']);

/** Rules are written, but the plugin that knows them isn't declared: the schema doesn't validate. */
export const policyPluginMissing: Check = ({ view }): Finding[] => {
    if (hasPolicyPlugin(view) || view.plugins.some(({ provider }) => isOwn(provider))) return [];
    // The declaration may be where nothing can be read.
    if (view.files.some((file) => file.hasSyntaxErrors || file.imports.some(({ resolved }) => !resolved))) return [];
    const first = firstRule(view);
    if (!first) return [];
    return [
        {
            code: 'policy-plugin-missing',
            severity: 'warning',
            file: first.file,
            span: { start: first.rule.span.start, end: first.rule.span.start + first.rule.name.length },
            message: `${first.rule.name} belongs to the access policy plugin, which the schema doesn't declare.`,
            related: [],
            fixes: [
                {
                    title: `Declare plugin ${POLICY_PLUGIN}`,
                    preferred: true,
                    data: { kind: 'add-policy-plugin' },
                },
            ],
        },
    ];
};

/** A plugin of the application's own may bring rules along. */
function isOwn(provider: string | undefined): boolean {
    return provider?.startsWith('.') === true || provider?.startsWith('/') === true;
}

function firstRule(view: SchemaView): { file: string; rule: AttributeView } | undefined {
    for (const { file } of view.files) {
        const rules = view.declarations
            .filter((declaration) => declaration.file === file)
            .flatMap(({ attributes, ownFields }) => [...attributes, ...ownFields.flatMap((field) => field.attributes)])
            .filter(({ name }) => RULES.has(name))
            .sort((a, b) => a.span.start - b.span.start);
        const [rule] = rules;
        if (rule) return { file, rule };
    }
    return undefined;
}
