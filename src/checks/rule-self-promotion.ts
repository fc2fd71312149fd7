import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** Users may update, in their own row, a column that rules read as `auth().column`. */
export const ruleSelfPromotion: Check = (): Finding[] => [];
