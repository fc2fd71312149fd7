// Builds the bundles and copies their assets to dist/. The worker is four of them, so that it starts at once and
// loads the compiler and Better Auth only when it has something to find out with them.
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

/** What the bundles of the worker find in other bundles instead of in themselves, by the end of what is imported. */
const separate = { typescript: 'typescript', '/context/analyse.ts': 'contexts', '/read-configs.ts': 'configs' };

/**
 * Entry by bundle, with the most that its minified size may be, in KB. `names`: what minifying does to the names of
 * functions and classes. As a rule it leaves them, for the sake of stack traces. Where packages read them (`read`), they
 * are set when each function is made, which costs a parser a fifth of its time.
 */
const bundles = {
    extension: { entry: 'src/extension/main.ts', external: ['vscode'], budget: 800 },
    // What is started: it loads the next one, with the code that V8 made of it the last time.
    server: { entry: 'src/server/launch.ts', external: [], budget: 20 },
    'language-server': { entry: 'src/server/main.ts', external: [], budget: 2000 },
    worker: { entry: 'src/worker/main.ts', external: [], budget: 60, loadsOthers: true },
    contexts: { entry: 'src/context/analyse.ts', external: [], budget: 300 },
    // better-auth's framework integrations import their frameworks inside request handlers, which never run here.
    configs: {
        entry: 'src/worker/read-configs.ts',
        external: ['@tanstack/*', 'next/*', '@sveltejs/*', '$app/*'],
        budget: 5000,
        names: 'read',
    },
    typescript: { entry: 'node_modules/typescript/lib/typescript.js', external: [], budget: 4000, names: 'unused' },
    loader: { entry: 'src/loader/main.ts', external: [], budget: 2000, names: 'read' },
    cli: { entry: 'src/cli/main.ts', external: [], budget: 2300, executable: true },
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

/** Leads imports to bundles of their own. */
function separateBundles(name) {
    return {
        name: 'separate bundles',
        setup(build) {
            build.onResolve(
                { filter: /^typescript$|\/(context\/analyse|read-configs)\.ts$/ },
                ({ path: imported, kind }) => {
                    const other = Object.entries(separate).find(([end]) => `/${imported}`.endsWith(end))?.[1];
                    if (kind === 'entry-point' || other === undefined || other === name) return undefined;
                    return { path: `./${other}.cjs`, external: true };
                },
            );
        },
    };
}

function options(name, { entry, external, executable, loadsOthers, names }) {
    return {
        entryPoints: [path.join(root, entry)],
        outfile: path.join(dist, `${name}.cjs`),
        bundle: true,
        format: 'cjs',
        platform: 'node',
        target: 'node22',
        external,
        plugins: name === 'loader' || name === 'cli' ? [] : [separateBundles(name)],
        // `require` gives what `import()` would, without the other module loader's start-up.
        ...(loadsOthers && { supported: { 'dynamic-import': false } }),
        mainFields: ['module', 'main'],
        minifyWhitespace: production,
        minifySyntax: production,
        minifyIdentifiers: production && names !== undefined,
        keepNames: names === 'read',
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
