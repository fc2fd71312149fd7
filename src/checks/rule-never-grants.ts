import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** An allow has no effect: a deny hits whenever it is true. */
export const ruleNeverGrants: Check = (): Finding[] => [];
