import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../../..');

/** The sources, or the bundle that `ZMODEL_AUTH_CLI` names. */
export const CLI = process.env['ZMODEL_AUTH_CLI'] ?? path.join(root, 'src/cli/main.ts');

export interface Outcome {
    code: number | null;
    stdout: string;
    stderr: string;
}

/** Runs the command line in a folder, to its end. */
export async function zmodelAuth(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const child = spawn(process.execPath, [CLI, ...args], {
        cwd,
        // The tests may themselves run in a checkout of GitHub's runner.
        env: { ...process.env, GITHUB_WORKSPACE: undefined, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', resolve);
    });
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
}
