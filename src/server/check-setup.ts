import { applyFix } from '../fixes/index.ts';
import type { Code, Finding } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { SetupFinding } from '../shared/protocol.ts';
import type { ApplicationFacts } from '../workspace/facts.ts';
import { findingsFor, servingConfigOf } from '../workspace/findings.ts';
import { UnreadableSchemaError } from '../zmodel/load.ts';
import type { Application } from './application.ts';
import { toDiagnostic, toWorkspaceEdit } from './convert.ts';
import { display, findEntries } from './entries.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

interface Parts {
    schemas: Schemas;
    application: Application;
    features: Features;
}

/** The codes that are about how things are set up, each with what is right when it isn't found. */
const SETUP: Partial<Record<Code, string>> = {
    'schema-v2': 'The schema is one of ZenStack 3',
    'better-auth-drift': 'The schema has the models and fields that the configuration needs',
    'adapter-provider-mismatch': "zenstackAdapter's provider is the datasource's",
    'adapter-policy-client': 'zenstackAdapter is not given a client with the policy plugin, as far as can be told',
    'policy-plugin-missing': 'The policy plugin is declared where rules are written',
    'chevrotain-override-missing': 'No two versions of chevrotain clash',
    'auth-declaration-missing': 'What rules call auth() is declared',
    'auth-declaration-duplicate': 'auth() is declared once',
};

/** Looks over the set-up of schemas. Out: the findings with their edits, and a report; a message when there is no schema. */
export async function checkSetup(
    { uri }: { uri?: string },
    parts: Parts,
): Promise<{ findings: SetupFinding[]; markdown: string; message?: string }> {
    const entries = await findEntries(uri, parts);
    if (entries.length === 0) {
        return {
            findings: [],
            markdown: '',
            message: 'No ZModel schema was found. Open one, and run the command again.',
        };
    }
    const findings: SetupFinding[] = [];
    const lines = ['# Better Auth and ZenStack set-up', ''];
    for (const entry of entries) {
        const { facts, error } = await parts.application.ensure(entry);
        lines.push(`## ${display(entry, parts)}`, '');
        try {
            const view = parts.schemas.view(entry);
            const base = parts.features.folderOf(entry) ?? '';
            const { severity } = parts.features.settings.diagnostics;
            const found = findingsFor(view, facts, { severities: severity, base }).filter(({ code }) => code in SETUP);
            findings.push(...found.map((finding) => toSetupFinding(finding, view, facts, parts)));
            lines.push(...describe(found, view, facts, parts));
            if (error !== undefined) lines.push(`The application's sources could not be read: ${error}`, '');
        } catch (problem) {
            if (!(problem instanceof UnreadableSchemaError)) throw problem;
            lines.push(problem.message, '');
        }
    }
    return { findings, markdown: lines.join('\n') };
}

function toSetupFinding(
    finding: Finding,
    view: SchemaView,
    facts: ApplicationFacts | undefined,
    parts: Parts,
): SetupFinding {
    const { code, message, severity, file } = finding;
    const config = servingConfigOf(view, facts);
    const sources = new Map<string, string>();
    const readSource = (source: string): string | undefined => {
        const content = parts.schemas.readSource(source);
        if (content !== undefined) sources.set(source, content);
        return content;
    };
    const fixes = finding.fixes.flatMap(({ title, data }) => {
        const changes = applyFix(data, { view, file, readSource, ...(config && { config }) });
        if (changes.length === 0) return [];
        const files = [...view.files, ...[...sources].map(([source, content]) => ({ file: source, content }))];
        return [{ title, edit: toWorkspaceEdit({ files }, changes, undefined, parts.schemas.uriOf) }];
    });
    // What is wrong in a source is better seen there.
    const location = finding.places?.[0]?.location ?? { file, range: toDiagnostic(view, finding).range };
    return { code, message, severity, location, schema: display(view.entry, parts), fixes };
}

function describe(
    findings: readonly Finding[],
    view: SchemaView,
    facts: ApplicationFacts | undefined,
    parts: Parts,
): string[] {
    const config = servingConfigOf(view, facts);
    const found = new Set<string>(findings.map(({ code }) => code));
    const v2 = found.has('schema-v2');
    const fine = Object.entries(SETUP).filter(([code]) => !found.has(code) && !v2);
    const where = config && `${display(config.location.file, parts)}:${config.location.range.start.line + 1}`;
    return [
        where === undefined
            ? 'No single Better Auth configuration could be told to belong to this schema: nothing is compared with one.'
            : `Better Auth configuration: \`${where}\``,
        '',
        ...findings.map(({ code, message }) => `- ⚠ **${code}**: ${message}`),
        ...fine.map(([, right]) => `- ✓ ${right}`),
        '',
        ...(config?.unknown ?? []).map(
            ({ what, reason, file, line }) => `- Unknown: \`${what}\`: ${reason} (\`${display(file, parts)}:${line}\`)`,
        ),
        '',
    ];
}
