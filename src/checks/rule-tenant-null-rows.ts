import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** Rows without a tenant are open to every tenant. */
export const ruleTenantNullRows: Check = (): Finding[] => [];
