import { continueWith } from './setup.mjs';

await continueWith('tasks/nightly.ts');
