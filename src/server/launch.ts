import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { codeFolderIn } from '../shared/protocol.ts';
import { loadWithKeptCode } from './kept-code.ts';
import type { LoadedScript } from './kept-code.ts';
import type * as Main from './main.ts';

/** For this long no message may have come before compiled code is kept: it takes the time of a keystroke. */
const CALM_MS = 2000;

/** Keeps compiled code once there is enough of it: when a schema was checked and the client is quiet. */
async function keepWhenCalm({ server, log }: typeof Main, { note, keep }: LoadedScript): Promise<void> {
    let last = performance.now();
    process.on('message', () => {
        last = performance.now();
    });
    await server.checked;
    log(note);
    if (!keep) return;
    for (let calm = 0; calm < CALM_MS; calm = performance.now() - last) {
        await setTimeout(CALM_MS - calm, undefined, { ref: false });
        await server.idle();
    }
    log(keep());
}

const script = path.join(__dirname, 'language-server.cjs');
const folder = codeFolderIn(process.argv);
if (folder === undefined) createRequire(__filename)(script);
else {
    const loaded = loadWithKeptCode(script, path.join(folder, 'language-server.code'));
    const main = loaded.exports as typeof Main;
    keepWhenCalm(main, loaded).catch((error: unknown) => {
        main.log(`Compiled code was not kept: ${String(error)}`);
    });
}
