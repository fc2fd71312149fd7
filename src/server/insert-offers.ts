import type { AuthTypeOutline } from '../checks/auth-type.ts';
import { hasAuthDeclaration, hasPolicyPlugin, POLICY_PLUGIN } from '../insert/extras.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { InsertConflict, InsertOptions, InsertPlan } from '../model/insert-plan.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import type { InsertOffer } from '../shared/protocol.ts';
import type { Settings } from '../shared/settings.ts';

interface Inputs {
    view: SchemaView;
    config: AuthConfig;
    plan: InsertPlan;
    settings: Settings['insert'];
    /** The type behind `auth()` that would be written. */
    authType: AuthTypeOutline;
    /** Where the user context helper would be; undefined when it is there. */
    helper: string | undefined;
}

/** What can be inserted along with the models of a plan: only what isn't there yet and would do something. */
export function offersFor({ view, config, plan, settings, authType, helper }: Inputs): InsertOffer[] {
    const offers: InsertOffer[] = [];
    const offer = (id: string, picked: boolean, label: string, detail: string): void => {
        offers.push({ id, label, detail, picked, group: 'extras' });
    };
    if (!hasPolicyPlugin(view)) {
        offer('policyPlugin', settings.policyPlugin, 'Policy plugin', `Declares ${POLICY_PLUGIN}, which rules need`);
    }
    if (!hasAuthDeclaration(view)) {
        const members = authType.members.map(({ name, typeText }) => `${name} ${typeText}`).join(', ');
        offer('authType', settings.authType, `Type ${authType.name} with @@auth`, members);
    }
    if (plan.added.models.length > 0) {
        const why = 'Says that without rules the models are closed, and which client Better Auth needs';
        offer('closedComment', true, 'Comment on the new models', why);
    }
    if (config.tables.some(({ fields }) => fields.some(({ type }) => typeof type === 'object'))) {
        offer('enums', settings.enums, 'Enums for unions of literals', 'Otherwise they are String; roles always are');
    }
    if (helper !== undefined) {
        const detail = `Derives what rules read as auth() from the session, in ${helper}`;
        offer('userContext', false, 'User context helper (TypeScript)', detail);
    }
    for (const conflict of plan.conflicts) {
        const { message, proposal } = conflict;
        if (proposal.changes.length === 0) continue;
        const id = idOf(conflict);
        if (offers.some((other) => other.id === id)) continue;
        offers.push({ id, label: proposal.title, detail: message, group: 'conflicts', picked: false });
    }
    return offers;
}

/** The options of a plan for the offers that were taken. */
export function optionsFor(also: readonly string[], authType: AuthTypeOutline): InsertOptions {
    return {
        enums: also.includes('enums'),
        policyPlugin: also.includes('policyPlugin'),
        closedComment: also.includes('closedComment'),
        ...(also.includes('authType') && { authType }),
    };
}

/** The changes of the proposals that were taken, in front of the plan's own. */
export function withProposals({ changes, conflicts }: InsertPlan, also: readonly string[]): TextChange[] {
    const taken = conflicts.filter((conflict) => also.includes(idOf(conflict)));
    return [...taken.flatMap(({ proposal }) => proposal.changes), ...changes];
}

function idOf({ kind, table, field }: InsertConflict): string {
    return ['proposal', kind, table, field ?? ''].join(':');
}
