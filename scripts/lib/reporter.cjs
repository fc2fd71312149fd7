'use strict';
/*
 * The mocha reporter of all stages, also inside VS Code (hence CommonJS): a line per test or, with
 * ZMODEL_AUTH_REPORT=files, per top-level suite; failures in full at the end; counts as JSON to ZMODEL_AUTH_RESULTS.
 */
const fs = require('node:fs');
const Mocha = require('mocha');

const { Base } = Mocha.reporters;
const { EVENT_SUITE_END, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;

/** Ends a process that something keeps alive after its tests, and says what; one that ends by itself isn't touched. */
function exitWithin(seconds) {
    setTimeout(() => {
        const kinds = [...new Set(process.getActiveResourcesInfo())].join(', ');
        console.error(`  The tests ended, but this process does not: something they opened is still open (${kinds}).`);
        // mocha sets the exit code when the process exits; this comes after it.
        process.on('exit', () => (process.exitCode = 1));
        process.exit();
    }, seconds * 1000).unref();
}

module.exports = class StageReporter extends Base {
    constructor(runner, options) {
        super(runner, options);
        const perFile = process.env.ZMODEL_AUTH_REPORT === 'files';
        const counts = { passed: 0, failed: 0, skipped: 0 };
        let inFile = { passed: 0, failed: 0, time: 0 };
        const print = (line) => Base.consoleLog(line);

        runner.on(EVENT_TEST_PASS, (test) => {
            counts.passed++;
            inFile.passed++;
            inFile.time += test.duration ?? 0;
            if (!perFile) print(`  ✓ ${test.fullTitle()} (${test.duration} ms)`);
        });
        runner.on(EVENT_TEST_FAIL, (test, error) => {
            counts.failed++;
            inFile.failed++;
            print(`  ✗ ${test.fullTitle()}: ${String(error?.message ?? error).split('\n')[0]}`);
        });
        runner.on(EVENT_TEST_PENDING, (test) => {
            counts.skipped++;
            print(`  - ${test.fullTitle()} (skipped)`);
        });
        runner.on(EVENT_SUITE_END, (suite) => {
            if (!perFile || !suite.parent?.root) return;
            const { passed, failed, time } = inFile;
            print(
                `  ${failed === 0 ? '✓' : '✗'} ${suite.title}: ${passed} passed${failed ? `, ${failed} failed` : ''} (${time} ms)`,
            );
            inFile = { passed: 0, failed: 0, time: 0 };
        });
        runner.on(EVENT_RUN_END, () => {
            if (this.failures.length > 0) Base.list(this.failures);
            const file = process.env.ZMODEL_AUTH_RESULTS;
            if (file) fs.writeFileSync(file, JSON.stringify(counts));
            const patience = Number(process.env.ZMODEL_AUTH_EXIT_WITHIN);
            if (patience) exitWithin(patience);
        });
    }
};
