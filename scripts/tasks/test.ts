/**
 * `npm test`: all stages, or those named as arguments. Prints what each stage prints, a table at the end, and as the
 * last line `N passed, N failed`.
 */
import { removeLeftovers } from '../lib/leftovers.ts';
import { main } from '../lib/process.ts';
import { type Counts, type Stage, stages } from './stages.ts';

interface Result {
    readonly name: string;
    readonly counts: Counts;
    readonly seconds: number;
    /** Why nothing ran, or why the stage failed besides failing tests. */
    readonly note: string;
}

await main(async () => {
    removeLeftovers();
    const results: Result[] = [];
    for (const stage of choose(process.argv.slice(2))) {
        console.log(`\n── ${stage.name}: ${stage.title}`);
        results.push(await runStage(stage));
    }
    printTable(results);
    const failed = sum(results, 'failed');
    process.exitCode = failed > 0 ? 1 : 0;
    console.log(`\n${sum(results, 'passed')} passed, ${failed} failed`);
});

function choose(names: readonly string[]): readonly Stage[] {
    const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
    if (unknown.length > 0) {
        console.error(`Unknown stage: ${unknown.join(', ')}\nStages: ${stages.map((stage) => stage.name).join(' ')}`);
        process.exit(2);
    }
    return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}

/** A stage that ends with an error of its own counts as one failure more, and doesn't keep the others from running. */
async function runStage(stage: Stage): Promise<Result> {
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    try {
        const { note = '', ...counts } = await stage.run();
        if (note !== '') console.log(`  ${note}`);
        return { name: stage.name, counts, seconds: seconds(), note };
    } catch (error) {
        console.error(error instanceof Error ? error.message : error);
        return {
            name: stage.name,
            counts: { passed: 0, failed: 1, skipped: 0 },
            seconds: seconds(),
            note: 'did not run to its end',
        };
    }
}

function sum(results: readonly Result[], key: keyof Counts): number {
    return results.reduce((total, result) => total + result.counts[key], 0);
}

function printTable(results: readonly Result[]): void {
    const rows = results.map(({ name, counts, seconds, note }) => [
        name,
        String(counts.passed),
        String(counts.failed),
        String(counts.skipped),
        `${seconds.toFixed(1)} s`,
        note,
    ]);
    const table = [['stage', 'passed', 'failed', 'skipped', 'time', ''], ...rows];
    const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
    console.log('');
    for (const row of table) {
        const cells = row.map((cell, column) =>
            column === 0 || column === 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        );
        console.log(cells.join('  ').trimEnd());
    }
}
