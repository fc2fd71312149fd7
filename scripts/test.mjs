import { continueWith } from './setup.mjs';

await continueWith('tasks/test.ts');
