import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** Inside a predicate both sides of a comparison are the same column of the element. */
export const ruleSelfComparison: Check = (): Finding[] => [];
