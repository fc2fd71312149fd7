import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaDef } from '@zenstackhq/orm/schema';
import { schemaOf } from '../support/orm.ts';

/** The repository's root. */
export const repository = path.resolve(import.meta.dirname, '../..');

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
 * Compiles a schema with `zen generate` and loads the result.
 * In: a whole schema. Out: the schema object that `ZenStackClient` takes. Throws with what `zen` printed when it
 * refuses the schema.
 */
export async function generateWithCli(schemaText: string): Promise<SchemaDef> {
    // Inside the repository, so that the schema's plugins and the generated imports resolve.
    const results = path.join(repository, 'test-results');
    await mkdir(results, { recursive: true });
    const folder = await mkdtemp(path.join(results, 'zen-generate-'));
    try {
        await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
        await writeFile(path.join(folder, 'schema.zmodel'), schemaText);
        await runZen(['generate', '--schema', 'schema.zmodel', '--output', 'generated', '--no-tips'], folder);
        const generated: unknown = await import(pathToFileURL(path.join(folder, 'generated/schema.ts')).href);
        return schemaOf(generated);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
