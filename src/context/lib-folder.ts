import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toInternalPath } from './source-files.ts';

/**
 * The folder of TypeScript's `lib.*.d.ts` files: `lib` beside the bundle, or the installed package's
 * own when running from sources. Throws when they are not there: without them every type would be wrong.
 */
export function libFolder(): string {
    const here = fileURLToPath(import.meta.url);
    const folder = here.endsWith('.ts')
        ? path.dirname(createRequire(import.meta.url).resolve('typescript'))
        : path.join(path.dirname(here), 'lib');
    if (!fs.existsSync(path.join(folder, 'lib.es5.d.ts'))) {
        throw new Error(`TypeScript's library files are missing in ${folder}; install the extension again.`);
    }
    return toInternalPath(folder);
}
