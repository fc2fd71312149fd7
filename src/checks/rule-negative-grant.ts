import type { Check } from './check.ts';
import { findMissing } from './rule-missing.ts';

/** A rule allows access because a member of `auth()` is missing: `auth().role != 'guest'`. */
export const ruleNegativeGrant: Check = (input) => findMissing(input, 'rule-negative-grant');
