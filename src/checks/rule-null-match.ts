import type { Check } from './check.ts';
import { findMissing } from './rule-missing.ts';

/** A missing member of `auth()` matches the rows whose field is null. */
export const ruleNullMatch: Check = (input) => findMissing(input, 'rule-null-match');
