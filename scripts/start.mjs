import { continueWith } from './setup.mjs';

await continueWith('tasks/start.ts');
