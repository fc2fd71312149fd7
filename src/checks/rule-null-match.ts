import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A missing member of `auth()` matches the rows whose field is null. */
export const ruleNullMatch: Check = (): Finding[] => [];
