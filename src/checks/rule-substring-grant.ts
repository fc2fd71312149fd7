import type { Check } from './check.ts';
import { findMissing } from './rule-missing.ts';

/** `contains`, `startsWith` or `endsWith` with a value of `auth()` that may be missing, which every text contains. */
export const ruleSubstringGrant: Check = (input) => findMissing(input, 'rule-substring-grant');
