import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** `!` (every) or `^` (none) is true on an empty list, and allows access by that. */
export const ruleEmptyListGrants: Check = (): Finding[] => [];
