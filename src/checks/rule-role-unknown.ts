import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A role that the Better Auth configuration does not define, or writes with other capitals. */
export const ruleRoleUnknown: Check = (): Finding[] => [];
