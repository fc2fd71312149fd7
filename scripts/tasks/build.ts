import fs from 'node:fs';
import path from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { cacheDir, root, vsixFile } from '../lib/paths.ts';
import { PlainError, run } from '../lib/process.ts';
import { whenChanged } from '../lib/stamp.ts';

const buildInputs = ['src', 'esbuild.mjs', 'package-lock.json', 'docs/codes'];
const packageInputs = [
    ...buildInputs,
    'scripts/tasks/build.ts',
    'package.json',
    '.vscodeignore',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'language-configuration.json',
    'syntaxes',
    'snippets',
];

/**
 * Builds the bundles into `dist/`, unless they are up to date.
 * @throws PlainError when the build fails; its output was shown
 */
export async function build(): Promise<void> {
    const bundles = ['extension', 'server', 'language-server', 'worker', 'contexts', 'configs', 'typescript'];
    const outputs = [...bundles, 'loader', 'cli'].map((name) => `dist/${name}.cjs`);
    const done = await whenChanged('build', { inputs: buildInputs, outputs }, async () => {
        console.log('Build: bundling …');
        const { code } = await run(process.execPath, ['esbuild.mjs', '--production'], { output: 'show' });
        if (code !== 0) throw new PlainError('The build failed; its messages are above.');
    });
    if (!done) console.log('Build: up to date');
}

/**
 * Builds, and packages the result as `dist/zmodel-auth.vsix`, unless it is up to date.
 * @throws PlainError when the build fails
 */
export async function packageExtension(): Promise<void> {
    await build();
    const output = path.relative(root, vsixFile);
    const done = await whenChanged('package', { inputs: packageInputs, outputs: [output] }, async () => {
        console.log('Package: collecting files …');
        await pack();
    });
    if (!done) console.log(`Package: ${output} is up to date`);
}

/**
 * vsce refuses a manifest that has `files` (which npm needs) beside a `.vscodeignore`, and walks through everything
 * below the folder: so it is given a folder with just the packaged files, and a manifest without what only
 * development needs.
 */
async function pack(): Promise<void> {
    const stage = path.join(cacheDir, 'package');
    fs.rmSync(stage, { recursive: true, force: true });
    const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
    for (const file of files) {
        const target = path.join(stage, file);
        fs.mkdirSync(path.dirname(target), { recursive: true });
        fs.copyFileSync(path.join(root, file), target);
    }
    fs.copyFileSync(path.join(root, '.vscodeignore'), path.join(stage, '.vscodeignore'));
    const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
    for (const key of ['files', 'bin', 'scripts', 'workspaces', 'devDependencies']) delete manifest[key];
    fs.writeFileSync(path.join(stage, 'package.json'), JSON.stringify(manifest, undefined, 2));
    await createVSIX({
        cwd: stage,
        packagePath: vsixFile,
        dependencies: false,
        allowMissingRepository: true,
        rewriteRelativeLinks: false,
    });
}
