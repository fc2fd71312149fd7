/** A role within the active tenant, as distinct from one that holds everywhere. */
export function isTenantRoleName(name: string): boolean {
    return /^(active|current)?_?(organi[sz]ation|org|tenant|workspace|space|team|company|account|member(ship)?)_?role$/i.test(
        name,
    );
}
