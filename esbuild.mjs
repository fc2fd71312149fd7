// Builds the five bundles (extension, server, worker, loader, command line) and copies their assets to dist/.
// Usage: node esbuild.mjs [--production] [--watch]
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import esbuild from 'esbuild';

const root = import.meta.dirname;
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const dist = path.join(root, 'dist');
const require = createRequire(import.meta.url);

/** Entry by bundle, with the most that its minified size may be, in KB. */
const bundles = {
    extension: { entry: 'src/extension/main.ts', external: ['vscode'], budget: 700 },
    server: { entry: 'src/server/main.ts', external: [], budget: 1800 },
    // better-auth's framework integrations import their frameworks inside request handlers, which never run here.
    worker: { entry: 'src/worker/main.ts', external: ['@tanstack/*', 'next/*', '@sveltejs/*', '$app/*'], budget: 9000 },
    loader: { entry: 'src/loader/main.ts', external: [], budget: 2000 },
    cli: { entry: 'src/cli/main.ts', external: [], budget: 2200, executable: true },
};

/** Copies a file or folder and throws when it is missing. */
function copy(from, to) {
    if (!existsSync(from)) throw new Error(`Missing asset: ${from}`);
    cpSync(from, path.join(dist, to), { recursive: true });
}

function copyAssets() {
    copy(
        path.join(path.dirname(require.resolve('@zenstackhq/language/package.json')), 'res', 'stdlib.zmodel'),
        'res/stdlib.zmodel',
    );
    copy(require.resolve('@zenstackhq/plugin-policy/plugin.zmodel'), 'res/plugin-policy/plugin.zmodel');
    copy(path.join(root, 'docs', 'codes'), 'res/codes');
    const lib = path.dirname(require.resolve('typescript'));
    for (const name of readdirSync(lib)) {
        if (/^lib\..*\.d\.ts$|^lib\.d\.ts$/.test(name)) copy(path.join(lib, name), `lib/${name}`);
    }
}

function options(name, { entry, external, executable }) {
    return {
        entryPoints: [path.join(root, entry)],
        outfile: path.join(dist, `${name}.cjs`),
        bundle: true,
        format: 'cjs',
        platform: 'node',
        target: 'node22',
        external,
        mainFields: ['module', 'main'],
        minify: production,
        keepNames: true,
        sourcemap: production ? false : 'linked',
        metafile: true,
        logLevel: 'warning',
        // `import.meta.url` is empty in CommonJS, and some packages read it while they load.
        define: { 'import.meta.url': '__bundleUrl' },
        banner: {
            js: `${executable ? '#!/usr/bin/env node\n' : ''}const __bundleUrl = require('node:url').pathToFileURL(__filename).href;`,
        },
    };
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
copyAssets();

if (watch) {
    for (const [name, bundle] of Object.entries(bundles)) {
        const context = await esbuild.context({ ...options(name, bundle), logLevel: 'info' });
        await context.watch();
    }
} else {
    const tooLarge = [];
    await Promise.all(
        Object.entries(bundles).map(async ([name, bundle]) => {
            const result = await esbuild.build(options(name, bundle));
            const size = Math.round(statSync(path.join(dist, `${name}.cjs`)).size / 1024);
            if (production && size > bundle.budget)
                tooLarge.push(`${name}.cjs: ${size} KB, budget ${bundle.budget} KB`);
            if (!production) writeFileSync(path.join(dist, `${name}.meta.json`), JSON.stringify(result.metafile));
            console.log(`dist/${name}.cjs ${size} KB`);
        }),
    );
    if (tooLarge.length > 0) {
        console.error(`Over the size budget:\n${tooLarge.join('\n')}`);
        process.exit(1);
    }
}
