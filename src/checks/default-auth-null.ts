import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** `@default(auth().x)` on a field, where a request that may create can lack the member. */
export const defaultAuthNull: Check = (): Finding[] => [];
