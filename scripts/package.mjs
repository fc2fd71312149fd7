import { continueWith } from './setup.mjs';

await continueWith('tasks/package.ts');
