/**
 * Preloaded into a process that is measured: on SIGUSR2 it writes, to the file that `BENCH_EVENT_LOOP` names,
 * for how many milliseconds its event loop was blocked at most since the last time, and begins anew.
 */
import fs from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
process.on('SIGUSR2', () => {
    const file = process.env['BENCH_EVENT_LOOP'];
    // Written under another name first, so that nobody reads half of it.
    if (file !== undefined) {
        fs.writeFileSync(`${file}.new`, JSON.stringify(delays.max / 1e6));
        fs.renameSync(`${file}.new`, file);
    }
    delays.reset();
});
