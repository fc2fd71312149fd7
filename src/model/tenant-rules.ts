/** What the members of a tenant may do with its rows. */
export type TenantGrant = 'all' | 'read' | 'none';

/** A model that tenant rules can be added to; `columns`: with the column, which it lacks. */
export interface TenantRulesOffer {
    /** Identifies it when it is chosen. */
    id: string;
    /** The model's name. */
    label: string;
    /** Why it is offered, `organizationId → auth().organizationId`, and what to know. */
    detail: string;
    group: 'rules' | 'columns';
    /** Chosen unless the user decides otherwise. */
    picked: boolean;
}
