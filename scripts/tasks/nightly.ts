/**
 * `npm run test:nightly`: the comparisons on what is made at random, on much more of it than `npm test` has time for.
 * Prints the seed, how far each comparison is, and as the last line a summary.
 */
import { parseArgs } from 'node:util';
import { PlainError, main, run } from '../lib/process.ts';

interface Comparison {
    readonly name: string;
    readonly title: string;
    /** How much of it, unless the command line says otherwise. */
    readonly count: number;
    readonly files: readonly string[];
    /** Only the tests whose names contain this. */
    readonly grep?: string;
    /** The environment that tells the tests how much, and with which seed. */
    readonly env: readonly [count: string, seed: string];
}

const COMPARISONS: readonly Comparison[] = [
    {
        name: 'rules',
        title: 'rules as the engine evaluates them, on generated schemas',
        count: 50_000,
        files: ['test/unit/rules/differential.test.ts'],
        grep: 'made at random',
        env: ['RULES_SCHEMAS', 'RULES_SEED'],
    },
    {
        name: 'edits',
        title: 'what is built after edits, as ZenStack builds it of the whole text',
        count: 3_000,
        files: ['test/unit/zmodel/incremental.test.ts'],
        env: ['INCREMENTAL_EDITS', 'INCREMENTAL_SEED'],
    },
    {
        name: 'memory',
        title: 'findings with and without what is remembered',
        count: 1_000,
        files: [
            'test/unit/checks/rule-memory.test.ts',
            'test/unit/zmodel/text-memory.test.ts',
            'test/unit/rules/anonymous.test.ts',
        ],
        env: ['MEMORY_SCHEMAS', 'MEMORY_SEED'],
    },
];

const USAGE = `npm run test:nightly -- [--seed N] [--only NAME,…] [--rules N] [--edits N] [--memory N]
  --seed    what everything is made from; today's date by default
  --only    some of: ${COMPARISONS.map(({ name }) => name).join(', ')}
${COMPARISONS.map(({ name, title, count }) => `  --${name.padEnd(7)} how many for: ${title} (${count})`).join('\n')}`;

/** What a test says of itself for the summary begins its line like this; see `sayForSummary`. */
const SUMMARY = /^ *= (.*)$/gm;

await main(async () => {
    const options = readOptions();
    const started = performance.now();
    console.log(`Seed ${options.seed}; the same again: npm run test:nightly -- --seed ${options.seed}`);
    const failed: string[] = [];
    const told: string[] = [];
    for (const comparison of options.comparisons) {
        const count = options.counts.get(comparison.name) ?? comparison.count;
        console.log(`\n── ${comparison.name}: ${comparison.title} (${count})`);
        const { code, lines } = await compare(comparison, count, options.seed);
        told.push(...lines.map((line) => `  ${comparison.name}: ${line}`));
        if (code !== 0) failed.push(comparison.name);
    }
    console.log(`\n${told.join('\n')}`);
    const minutes = ((performance.now() - started) / 60_000).toFixed(1);
    const outcome = failed.length === 0 ? 'no difference' : `DIFFERENT: ${failed.join(', ')}`;
    console.log(`\nseed ${options.seed}, ${minutes} min: ${outcome}`);
    process.exitCode = failed.length === 0 ? 0 : 1;
});

async function compare(
    { files, grep, env: [count, seed] }: Comparison,
    many: number,
    seedValue: number,
): Promise<{ code: number; lines: string[] }> {
    const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/lib/reporter.cjs', '--timeout', '0'];
    const { code, output } = await run(
        process.execPath,
        [...mocha, ...(grep === undefined ? [] : ['--grep', grep]), ...files],
        {
            output: 'both',
            env: { ...process.env, [count]: String(many), [seed]: String(seedValue), ZMODEL_AUTH_NIGHTLY: '1' },
        },
    );
    return { code, lines: [...output.matchAll(SUMMARY)].map(([, line = '']) => line) };
}

function readOptions(): { seed: number; comparisons: readonly Comparison[]; counts: ReadonlyMap<string, number> } {
    const values = parse();
    if (values['help'] === true) {
        console.log(USAGE);
        process.exit(0);
    }
    const only = typeof values['only'] === 'string' ? values['only'].split(',') : undefined;
    const wrong = only?.filter((name) => !COMPARISONS.some((each) => each.name === name)) ?? [];
    if (wrong.length > 0) throw new PlainError(`There is no comparison ${wrong.join(', ')}.\n${USAGE}`);
    const counts = new Map<string, number>();
    for (const { name } of COMPARISONS) {
        const value = values[name];
        if (value !== undefined) counts.set(name, numberOf(name, value));
    }
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    return {
        seed: numberOf('seed', values['seed'] ?? today),
        comparisons: COMPARISONS.filter(({ name }) => only?.includes(name) ?? true),
        counts,
    };
}

function parse(): Readonly<Record<string, string | boolean | undefined>> {
    const text = { type: 'string' } as const;
    const numbers = Object.fromEntries(COMPARISONS.map(({ name }) => [name, text]));
    try {
        const { values } = parseArgs({ options: { ...numbers, seed: text, only: text, help: { type: 'boolean' } } });
        return { ...values };
    } catch (error) {
        throw new PlainError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    }
}

function numberOf(name: string, value: string | boolean): number {
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1) throw new PlainError(`--${name} takes a whole number.\n${USAGE}`);
    return number;
}
