/**
 * Preloaded into a process that is measured: on SIGUSR2 it writes, to the file that `BENCH_EVENT_LOOP` names,
 * for how many milliseconds its event loop was blocked at most since the last time, and begins anew. Counted is the
 * time that its thread was at work, so that what else runs on the machine makes no difference.
 */
import fs from 'node:fs';
import process from 'node:process';

const worked = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
};

let last = worked();
let longest = 0;
setInterval(() => {
    const now = worked();
    longest = Math.max(longest, now - last);
    last = now;
}, 1).unref();

process.on('SIGUSR2', () => {
    const file = process.env['BENCH_EVENT_LOOP'];
    // Written under another name first, so that nobody reads half of it.
    if (file !== undefined) {
        fs.writeFileSync(`${file}.new`, JSON.stringify(longest));
        fs.renameSync(`${file}.new`, file);
    }
    longest = 0;
    last = worked();
});
