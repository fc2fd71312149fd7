import { main } from '../lib/process.ts';
import { packageExtension } from './build.ts';

await main(packageExtension);
