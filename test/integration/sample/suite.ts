import type { SuiteConfig } from '../suite-config.ts';

export const config: SuiteConfig = { workspace: 'samples/multi-tenant' };
