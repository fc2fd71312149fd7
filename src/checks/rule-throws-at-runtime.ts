import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A rule that ZenStack accepts, and that makes every query throw that needs it. */
export const ruleThrowsAtRuntime: Check = (): Finding[] => [];
