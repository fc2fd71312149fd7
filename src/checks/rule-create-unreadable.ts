import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** Who may create a row can never read it: the call throws, and the row stays. */
export const ruleCreateUnreadable: Check = (): Finding[] => [];
