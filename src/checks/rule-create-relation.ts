import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** A rule for `create` reads a to-many relation of the model, which a row that is being made does not have; a warning where the rule is for more operations. */
export const ruleCreateRelation: Check = (): Finding[] => [];
