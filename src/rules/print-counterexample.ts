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

function printValue(value: CounterexampleValue): string {
    if (typeof value === 'string') return `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
    if (Array.isArray(value)) return `[${value.map(printValue).join(', ')}]`;
    if (value === null || typeof value !== 'object') return String(value);
    const members = Object.entries(value).map(([name, member]) => `${name}: ${printValue(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
