import type { Counterexample, CounterexampleValue } from '../model/policy.ts';

/**
 * What it takes to repeat a counterexample, without its sentence.
 * In: the counterexample. Out: one line each for the request, the row, what is set, and the rows around:
 * `auth() = { userId: 'u1' }`.
 */
export function printCounterexample({ model, auth, row, update, related }: Counterexample): string[] {
    return [
        auth === null ? 'auth() = null (an anonymous request)' : `auth() = ${printValue(auth)}`,
        `${model} = ${printValue(row)}`,
        ...(update ? [`update = ${printValue(update)}`] : []),
        ...related.map((other) => `${other.model} = ${printValue(other.row)}`),
    ];
}

/**
 * A counterexample as Markdown: its sentence, and a table of the request and the rows.
 * In: the counterexample. Out: lines that end with an empty one.
 */
export function counterexampleTable(counterexample: Counterexample): string[] {
    const { sentence, model, auth, row, update, related } = counterexample;
    const line = (what: string, value: string): string => `| ${what} | ${inCell(value)} |`;
    return [
        `> ${escapeMarkdown(sentence)}`,
        '',
        '| | |',
        '| --- | --- |',
        auth === null
            ? '| Passed to `$setAuth` | nothing: an anonymous request |'
            : line('Passed to `$setAuth`', printValue(auth)),
        line(`Row of ${model}`, printValue(row)),
        ...(update ? [line('Set by the update', printValue(update))] : []),
        ...related.map((other) => line(`Other row, of ${other.model}`, printValue(other.row))),
        '',
    ];
}

/** Code in a cell of a table. */
function inCell(code: string): string {
    const fence = code.includes('`') ? '`` ' : '`';
    const text = code.replaceAll('|', '\\|').replaceAll(/\r?\n/g, ' ');
    return `${fence}${text}${fence.split('').reverse().join('')}`;
}

/** Plain text with code in backticks, as Markdown. */
export function escapeMarkdown(text: string): string {
    return text
        .split(/(`[^`]*`)/)
        .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[\\*_<>[\]#~|]/g, '\\$&')))
        .join('');
}

function printValue(value: CounterexampleValue): string {
    if (typeof value === 'string') return `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
    if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
    if (value === null || typeof value !== 'object') return String(value);
    const members = Object.entries(value).map(([name, member]) => `${name}: ${printValue(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
