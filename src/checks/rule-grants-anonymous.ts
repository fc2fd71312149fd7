import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A request without a user is allowed what the rules hardly mean to allow to everyone. */
export const ruleGrantsAnonymous: Check = (): Finding[] => [];
