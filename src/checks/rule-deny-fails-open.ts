import type { Check } from './check.ts';
import { findMissing } from './rule-missing.ts';

/** A deny does not hit when a member of `auth()` is missing, and something allows access then. */
export const ruleDenyFailsOpen: Check = (input) => findMissing(input, 'rule-deny-fails-open');
