import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder outside of any project, with the given files; removed by `remove`. */
export class Workspace {
    /** Absolute path, without symbolic links. */
    readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-context-')));

    constructor(files: Readonly<Record<string, string>>) {
        for (const [name, content] of Object.entries(files)) this.write(name, content);
    }

    path(name: string): string {
        return path.join(this.root, name);
    }

    write(name: string, content: string): void {
        fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
        fs.writeFileSync(this.path(name), content);
    }

    remove(): void {
        fs.rmSync(this.root, { recursive: true, force: true });
    }
}
