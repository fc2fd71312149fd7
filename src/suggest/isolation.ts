import type { AttributeView, DeclarationView } from '../model/schema-view.ts';
import type { MatchedColumn } from './model-facts.ts';
import { operationsOf } from './relations.ts';

/** What separates the rows of tenants. */
export interface Border {
    /** The member of `auth()` that says the active tenant. */
    member: string;
    /** Where a row says its own: a column, or one behind relations to one, `list.organizationId`. */
    path: string;
    /** What of it may be null, from the row outwards: `listId`, `list.organizationId`. */
    nullable: string[];
}

/** Operations for which a border has to be kept: the four of `'all'`, and what an update makes of a row. */
const OPERATIONS = ['create', 'read', 'update', 'delete', 'post-update'];

/** The border along a model's own column. */
export function borderOf({ member, column }: MatchedColumn): Border {
    return { member: member.name, path: column.name, nullable: column.type.optional ? [column.name] : [] };
}

/** What a deny must name so that nothing but the rows of the active tenant is left. */
function alternatives({ member, path, nullable }: Border): string[] {
    const auth = `auth().${member}`;
    // ZenStack refuses to compare what is required with null.
    return [`${auth} == null`, `${auth} != ${path}`, ...nullable.map((each) => `${each} == null`)];
}

/** True for requests and rows that a tenant's border keeps apart. */
export function outsideBorder(border: Border): string {
    return alternatives(border).join(' || ');
}

/** True for rows of the active tenant. The null test comes first: two nulls would be equal. */
export function insideBorder({ member, path }: Border): string {
    return `auth().${member} != null && auth().${member} == ${path}`;
}

/** `outsideBorder` for a model's own column. */
export function outsideTenant(tenant: MatchedColumn): string {
    return outsideBorder(borderOf(tenant));
}

/** `insideBorder` for a model's own column. */
export function insideTenant(tenant: MatchedColumn): string {
    return insideBorder(borderOf(tenant));
}

/**
 * The operations for which denies don't say just what `outsideBorder` says, in any order.
 * In: the attributes of a model. Out: `['create', 'read', 'update', 'delete', 'post-update']` or fewer.
 */
export function openOperations(attributes: readonly AttributeView[], border: Border): string[] {
    const squeeze = (text: string): string => text.replaceAll(/\s/g, '');
    const wanted = new Set(alternatives(border).map(squeeze));
    const denied = new Set(
        attributes.flatMap((rule) => {
            const said = squeeze(rule.args[1]?.text ?? '').split('||');
            const isSame = said.length === wanted.size && said.every((part) => wanted.has(part));
            return rule.name === '@@deny' && isSame && new Set(said).size === wanted.size ? operationsOf(rule) : [];
        }),
    );
    return OPERATIONS.filter(
        (operation) => !denied.has(operation) && (operation === 'post-update' || !denied.has('all')),
    );
}

/** Whether a model's own denies keep a tenant's border for every operation. */
export function isIsolated(model: DeclarationView, tenant: MatchedColumn): boolean {
    return openOperations(model.attributes, borderOf(tenant)).length === 0;
}
