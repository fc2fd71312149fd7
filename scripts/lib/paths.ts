import path from 'node:path';

/** Absolute path of the repository. */
export const root = path.resolve(import.meta.dirname, '..', '..');
/** Installed and unpacked things that outlive `node_modules`; git-ignored. */
export const cacheDir = path.join(root, '.vscode-test');
/** What a test run leaves for its reader: screenshots, logs; git-ignored. */
export const resultsDir = path.join(root, 'test-results');
/** The packaged extension. */
export const vsixFile = path.join(root, 'dist', 'zmodel-auth.vsix');
/** The sample application. */
export const sampleDir = path.join(root, 'samples', 'multi-tenant');
