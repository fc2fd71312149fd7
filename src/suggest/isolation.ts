import type { DeclarationView } from '../model/schema-view.ts';
import type { MatchedColumn } from './model-facts.ts';
import { operationsOf } from './relations.ts';

/** What a deny must name so that nothing but the rows of the active tenant is left. */
function alternatives({ member, column }: MatchedColumn): string[] {
    const auth = `auth().${member.name}`;
    // ZenStack refuses to compare a required column with null.
    const nullRows = column.type.optional ? [`${column.name} == null`] : [];
    return [`${auth} == null`, `${auth} != ${column.name}`, ...nullRows];
}

/** True for requests and rows that a tenant's border keeps apart. */
export function outsideTenant(tenant: MatchedColumn): string {
    return alternatives(tenant).join(' || ');
}

/** True for rows of the active tenant. The null test comes first: two nulls would be equal. */
export function insideTenant({ member, column }: MatchedColumn): string {
    return `auth().${member.name} != null && auth().${member.name} == ${column.name}`;
}

/** Whether a model's own denies say for every operation just what `outsideTenant` says, in any order. */
export function isIsolated(model: DeclarationView, tenant: MatchedColumn): boolean {
    const squeeze = (text: string): string => text.replaceAll(/\s/g, '');
    const wanted = new Set(alternatives(tenant).map(squeeze));
    const denied = new Set(
        model.attributes.flatMap((rule) => {
            const said = squeeze(rule.args[1]?.text ?? '').split('||');
            const isSame = said.length === wanted.size && said.every((part) => wanted.has(part));
            return rule.name === '@@deny' && isSame && new Set(said).size === wanted.size ? operationsOf(rule) : [];
        }),
    );
    const all = denied.has('all') || ['create', 'read', 'update', 'delete'].every((each) => denied.has(each));
    return all && denied.has('post-update');
}
