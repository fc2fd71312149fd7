import { firstSyntaxError, syntaxBreakage } from '../fixes/verify.ts';
import { describeDamage } from '../insert/describe-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TenantRulesParams, TenantRulesResult } from '../shared/protocol.ts';
import { offerTenantRules } from '../suggest/tenant-rules-offers.ts';
import { planTenantRules } from '../suggest/tenant-rules-plan.ts';
import { UnreadableSchemaError } from '../zmodel/load.ts';
import { toRange, toUri, toWorkspaceEdit } from './convert.ts';
import { display, findEntries } from './entries.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

interface Parts {
    schemas: Schemas;
    features: Features;
}

/**
 * Answers the command that adds tenant rules: finds the schema, asks for which models, plans the edits, checks that
 * they parse. Needs nothing but the schema.
 */
export async function addTenantRules(params: TenantRulesParams, parts: Parts): Promise<TenantRulesResult> {
    if (params.uri !== undefined && !params.uri.startsWith('file:')) {
        return { kind: 'failed', message: 'This schema is not a file yet. Save it, and run the command again.' };
    }
    const entries = await findEntries(params.uri, parts);
    const [entry] = entries;
    if (entry === undefined) {
        return { kind: 'failed', message: 'No ZModel schema was found. Open one, and run the command again.' };
    }
    if (entries.length > 1) {
        return {
            kind: 'choose-schema',
            schemas: entries.map((file) => ({ uri: toUri(file), label: display(file, parts) })),
        };
    }
    try {
        return answer(parts.schemas.view(entry), params, parts);
    } catch (error) {
        if (error instanceof UnreadableSchemaError) return { kind: 'failed', message: error.message };
        throw error;
    }
}

function answer(view: SchemaView, { chosen, grant = 'read' }: TenantRulesParams, parts: Parts): TenantRulesResult {
    const { offers, reason } = offerTenantRules(view);
    const damage = describeSyntaxError(view, parts);
    if (reason !== undefined) {
        const message = [reason, ...(damage ? [damage.message] : [])].join(' ');
        return { kind: 'failed', message, ...(damage && { location: damage.location }) };
    }
    if (!chosen) return { kind: 'choose-models', offers, notes: damage ? [damage.message] : [] };
    const { changes, summary, notes } = planTenantRules(view, { ids: chosen, grant });
    const broken = syntaxBreakage(view, changes);
    if (broken !== undefined) return { kind: 'failed', message: broken };
    return {
        kind: 'plan',
        ...(changes.length > 0 && {
            edit: toWorkspaceEdit(view, changes, { label: 'Add tenant rules', description: summary }),
        }),
        summary,
        notes,
        anchor: view.entry,
    };
}

/** What a syntax error hides from the command. */
function describeSyntaxError(
    view: SchemaView,
    parts: Parts,
): { message: string; location: NonNullable<Extract<TenantRulesResult, { kind: 'failed' }>['location']> } | undefined {
    const error = firstSyntaxError(view);
    if (!error) return undefined;
    const content = view.files.find(({ file }) => file === error.file)?.content ?? '';
    const range = toRange(content, error);
    const place = `${display(error.file, parts)}:${range.start.line + 1}`;
    return { message: describeDamage(place), location: { file: error.file, range } };
}
