import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The ZModel sources that ship with us, for workspaces whose packages aren't installed (yet). */
export interface ZModelAssets {
    /** ZenStack's standard library. */
    stdlib: string;
    /** Plugin declarations by provider: `@zenstackhq/plugin-policy` → a `plugin.zmodel`. */
    plugins: Record<string, string>;
}

/**
 * Finds the shipped ZModel sources: in `res/` beside the bundle, or, run from sources, in the
 * installed packages. Out: absolute paths. Throws when a file is missing, since nothing works without.
 */
export function findAssets(): ZModelAssets {
    const bundled = path.join(path.dirname(fileURLToPath(import.meta.url)), 'res');
    const require = createRequire(import.meta.url);
    const assets = fs.existsSync(bundled)
        ? {
              stdlib: path.join(bundled, 'stdlib.zmodel'),
              plugins: { '@zenstackhq/plugin-policy': path.join(bundled, 'plugin-policy', 'plugin.zmodel') },
          }
        : {
              stdlib: path.join(
                  path.dirname(require.resolve('@zenstackhq/language/package.json')),
                  'res',
                  'stdlib.zmodel',
              ),
              plugins: { '@zenstackhq/plugin-policy': require.resolve('@zenstackhq/plugin-policy/plugin.zmodel') },
          };
    for (const file of [assets.stdlib, ...Object.values(assets.plugins)]) {
        if (!fs.existsSync(file)) throw new Error(`ZModel Auth is not installed completely: ${file} is missing.`);
    }
    return assets;
}
