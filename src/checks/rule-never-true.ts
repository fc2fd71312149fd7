import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** The condition of a rule can not be true. */
export const ruleNeverTrue: Check = (): Finding[] => [];
