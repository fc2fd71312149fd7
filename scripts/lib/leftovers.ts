import fs from 'node:fs';
import path from 'node:path';
import { cacheDir } from './paths.ts';

/** Removes the folders of runs that were killed. Their names have the id of the process that made them: `name-PID[-N]`. */
export function removeLeftovers(): void {
    for (const folder of ['runs', 'workspaces', 'results'].map((name) => path.join(cacheDir, name))) {
        if (!fs.existsSync(folder)) continue;
        for (const name of fs.readdirSync(folder)) {
            const owner = /-(\d+)(-\d+)?(\.json)?$/.exec(name)?.[1];
            if (owner !== undefined && !isRunning(Number(owner))) {
                fs.rmSync(path.join(folder, name), { recursive: true, force: true });
            }
        }
    }
}

function isRunning(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}
