import type { Check } from './check.ts';
import { findMissing } from './rule-missing.ts';

/** Rows without a tenant are open to every tenant. */
export const ruleTenantNullRows: Check = (input) => findMissing(input, 'rule-tenant-null-rows');
