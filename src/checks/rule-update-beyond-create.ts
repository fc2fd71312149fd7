import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** An update may give a row a state in which it could not have been created. */
export const ruleUpdateBeyondCreate: Check = (): Finding[] => [];
