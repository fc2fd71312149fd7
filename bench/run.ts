/**
 * `npm run bench`: how fast we are beside what we build on. Everything that is compared is measured in the
 * same run, and the ratios count: the milliseconds are those of this machine at this moment.
 * Arguments: numbers of models, `10 100 500` without any.
 */
import { measureCompletion } from './completion.ts';
import { contextTable } from './context.ts';
import { editorTable } from './context-editor.ts';
import { measureEditing } from './editing.ts';
import { measureInsert } from './insert.ts';
import { measureRules } from './rules.ts';
import { measureStart } from './startup.ts';
import { measureSteps } from './steps.ts';

const sizes = process.argv.slice(2).map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 2)) {
    console.error('Usage: npm run bench -- [MODELS…]');
    process.exit(2);
}
if (sizes.length === 0) sizes.push(10, 100, 500);

/** Upstream says on stdout what it finds; here that is only in the way. */
async function quietly<T>(run: () => T | Promise<T>): Promise<T> {
    const { log } = console;
    console.log = () => undefined;
    try {
        return await run();
    } finally {
        console.log = log;
    }
}

function print(title: string, rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    console.log(`\n${title}`);
    for (const row of rows)
        console.log(`  ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')}`);
}

const ms = (time: number): string => `${time.toFixed(time < 10 ? 1 : 0)} ms`;
const times = (a: number, b: number): string => `× ${(a / b).toFixed(2)}`;

const editing = await quietly(() => measureEditing(sizes, 5));
print("From an edit to the language's diagnostics: our server beside ZenStack's", [
    ['models', 'ZenStack', 'ours', 'ratio', 'opening: ZenStack', 'ours', 'ratio'],
    ...editing.map(({ models, upstream, ours, openUpstream, openOurs }) => [
        String(models),
        ms(upstream),
        ms(ours),
        times(ours, upstream),
        ms(openUpstream),
        ms(openOurs),
        times(openOurs, openUpstream),
    ]),
]);

const completion = await quietly(() => measureCompletion(sizes, 4));
print('Completion while a rule is typed, from the request to the answer', [
    ['models', 'median', '95th percentile', 'processor time', 'ZenStack: median'],
    ...completion.map(({ models, ours, p95, busy, upstream }) => [
        String(models),
        ms(ours),
        ms(p95),
        ms(busy),
        upstream === undefined ? '' : ms(upstream),
    ]),
]);

const steps = await quietly(() => measureSteps(sizes, 5));
print('What we do on a schema, beside parsing it', [
    ['models', 'parse', 'view', 'checks', 'snippets of a model', 'all beside parse'],
    ...steps.map(({ models, parse, view, checks, snippets }) => [
        String(models),
        ms(parse),
        ms(view),
        ms(checks),
        ms(snippets),
        times(view + checks + snippets, parse),
    ]),
]);

print('All checks on models with four rules each, in a process that has just started', [
    [
        'models',
        'rules',
        'parse',
        'view',
        'first run',
        'with compiled code of an earlier process',
        'beside parse (at most 0.3)',
        'after an edit: view',
        'checks',
        'beside parse (at most 0.03)',
    ],
    ...(await measureRules(sizes, 3)).map(({ models, rules, parse, view, first, firstWithCode, viewAgain, edit }) => [
        String(models),
        String(rules),
        ms(parse),
        ms(view),
        ms(first),
        ms(firstWithCode),
        times(first, parse),
        ms(viewAgain),
        ms(edit),
        times(edit, parse),
    ]),
]);

const insert = await quietly(() => measureInsert(sizes, 3));
print("The preview of Better Auth's models, per time that parsing the schema and reading the configuration take", [
    ['models', 'parse', 'configuration', 'view', 'plan', 'verify', 'all (at most 1.5)'],
    ...insert.map(({ models, parse, evaluate, view, plan, verify, total }) => [
        String(models),
        ms(parse),
        ms(evaluate),
        ms(view),
        ms(plan),
        ms(verify),
        `× ${total.toFixed(2)}`,
    ]),
]);

print(
    'What the application passes to $setAuth: a question to the worker, with both compilers; peak memory of the processes',
    await contextTable(5),
);

const editor = await editorTable(6);
if (editor)
    print(
        'Until findings about $setAuth show in the packaged server, on the sample; peak memory of each process',
        editor,
    );

const start = await quietly(() => measureStart(5));
if (start) {
    const { node, first, later } = start;
    const known = (value: number | undefined, text: (value: number) => string): string =>
        value === undefined ? 'unknown' : text(value);
    const busyRatio = first.busy !== undefined && later.busy !== undefined ? times(later.busy, first.busy) : '';
    print('The packaged server on a schema of 100 models, without and with the compiled code of an earlier process', [
        ['', 'initialized', 'per empty Node program', 'first findings', 'at work until then', 'peak memory'],
        ...[first, later].map(({ initialized, found, busy, peak }, index) => [
            ['first start', 'later'][index] ?? '',
            ms(initialized),
            times(initialized, node),
            ms(found),
            known(busy, ms),
            known(peak, (size) => `${size.toFixed(0)} MB`),
        ]),
        ['ratio', times(later.initialized, first.initialized), '', times(later.found, first.found), busyRatio, ''],
    ]);
} else console.log('\nThere are no bundles; `npm run build` makes them, and then their start-up is measured, too.');

console.log(`\nPeak memory of this run: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
// The servers that ran in this process keep timers of their own.
process.exit(0);
