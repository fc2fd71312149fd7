import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** `&&` and `||` are mixed without parentheses: ZenStack reads them from left to right, which is not what JavaScript does and gives another result. */
export const ruleMixedOperators: Check = (): Finding[] => [];
