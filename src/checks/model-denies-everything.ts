import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** Nothing allows access to a model, in a schema whose other models have rules. */
export const modelDeniesEverything: Check = (): Finding[] => [];
