import Mocha from 'mocha';

/**
 * Runs test files with mocha; called inside VS Code's extension host by the entry that `run.ts` generates.
 * @param files functions that load one test file each, after mocha's globals are there
 * @throws when a test fails, by which VS Code reports the suite as failed
 */
export async function runSuite(files: readonly (() => Promise<unknown>)[]): Promise<void> {
    const mocha = new Mocha({
        ui: 'bdd',
        timeout: 60_000,
        color: false,
        forbidOnly: true,
        reporter: process.env['ZMODEL_AUTH_REPORTER'] ?? 'spec',
    });
    mocha.suite.emit('pre-require', globalThis, '', mocha);
    for (const load of files) await load();
    const failures = await new Promise<number>((resolve) => mocha.run(resolve));
    if (failures > 0) throw new Error(`${failures} failed`);
}
