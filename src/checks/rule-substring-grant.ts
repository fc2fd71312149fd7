import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** `contains`, `startsWith` or `endsWith` with a value of `auth()` that may be missing, which every text contains. */
export const ruleSubstringGrant: Check = (): Finding[] => [];
