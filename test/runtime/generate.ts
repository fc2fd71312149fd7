import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadDocument } from '@zenstackhq/language';
import type { SchemaDef } from '@zenstackhq/orm/schema';
import { TsSchemaGenerator } from '@zenstackhq/sdk';
import { schemaOf } from '../support/orm.ts';

/** The repository's root. */
export const repository = path.resolve(import.meta.dirname, '../..');

/** How a schema is compiled: by the command `zen generate`, or by its generator in process, which is quicker. */
export type Generation = 'zen' | 'in-process';

/**
 * Runs ZenStack's own command line, `zen`, as a user would.
 * In: arguments, and the working directory. Out: nothing. Throws with what it printed when it fails.
 */
export async function runZen(args: readonly string[], cwd: string): Promise<void> {
    const cli = path.join(repository, 'node_modules/@zenstackhq/cli/bin/cli');
    await run([cli, ...args, '--no-version-check'], cwd);
}

/**
 * Runs a Node program and waits for its end.
 * In: Node's arguments, the working directory, variables to add to the environment. Out: what it printed on
 * stdout. Throws with all of its output when it fails.
 */
export function run(args: readonly string[], cwd: string, environment: Record<string, string> = {}): Promise<string> {
    return new Promise((resolve, reject) => {
        const options = { cwd, env: { ...process.env, ...environment }, maxBuffer: 16 * 1024 * 1024 };
        execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
            if (error) {
                reject(new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error }));
            } else {
                resolve(stdout);
            }
        });
    });
}

/**
 * Writes files into a folder of their own, which is removed after use. It is inside the repository, so that the
 * schemas' plugins and the generated imports resolve.
 * In: contents by path relative to the folder; what to do with the folder (an absolute path). Out: what that gives.
 */
export async function inFolder<T>(
    files: Readonly<Record<string, string>>,
    use: (folder: string) => Promise<T>,
): Promise<T> {
    const results = path.join(repository, 'test-results');
    await mkdir(results, { recursive: true });
    const folder = await mkdtemp(path.join(results, 'schema-'));
    try {
        await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
        for (const [file, content] of Object.entries(files)) {
            await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
            await writeFile(path.join(folder, file), content);
        }
        return await use(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/**
 * Compiles a schema on disk and loads the result.
 * In: the entry's absolute path, see `inFolder`. Out: the schema object that `ZenStackClient` takes. Throws with
 * ZenStack's messages, warnings included, when it has any.
 */
export async function compile(entry: string, how: Generation): Promise<SchemaDef> {
    const folder = path.dirname(entry);
    const outDir = path.join(folder, 'generated');
    if (how === 'zen') {
        await runZen(['generate', '--schema', entry, '--output', outDir, '--no-tips'], folder);
    } else {
        const loaded = await loadDocument(entry);
        const messages = [...(loaded.success ? [] : loaded.errors), ...loaded.warnings];
        if (!loaded.success || messages.length > 0) {
            throw new Error(`The schema does not validate:\n${messages.join('\n')}`);
        }
        await new TsSchemaGenerator().generate(loaded.model, { outDir, generateModelTypes: false });
    }
    const generated: unknown = await import(pathToFileURL(path.join(outDir, 'schema.ts')).href);
    return schemaOf(generated);
}

/** The same for a schema that is one text. */
export function compileText(schemaText: string, how: Generation): Promise<SchemaDef> {
    return inFolder({ 'schema.zmodel': schemaText }, (folder) => compile(path.join(folder, 'schema.zmodel'), how));
}
