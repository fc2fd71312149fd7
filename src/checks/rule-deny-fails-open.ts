import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A deny does not hit when a member of `auth()` is missing, and something allows access then. */
export const ruleDenyFailsOpen: Check = (): Finding[] => [];
