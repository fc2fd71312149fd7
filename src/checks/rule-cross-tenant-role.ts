import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A role of the active tenant allows access to the rows of every tenant; an error when a call of `$setAuth(...)` supplies both members. */
export const ruleCrossTenantRole: Check = (): Finding[] => [];
