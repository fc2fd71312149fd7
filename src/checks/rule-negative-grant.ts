import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A rule allows access because a member of `auth()` is missing: `auth().role != 'guest'`. */
export const ruleNegativeGrant: Check = (): Finding[] => [];
