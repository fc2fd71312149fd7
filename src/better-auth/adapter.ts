import type ts from 'typescript';
import type { AuthConfig } from '../model/auth-table.ts';
import { callClosure } from './closures.ts';
import type { Evaluation } from './evaluation.ts';
import { Closure, UnknownValue, readProperty } from './values.ts';
import type { Value } from './values.ts';

/**
 * Reads the database adapter and its settings from the option `database`.
 * In: the option's value; `report` takes what could not be told.
 * Out: the adapter's exported name with `provider` and `usePlural`, or undefined for a connection
 * pool and the like, or when there is none.
 */
export function readAdapter(
    database: Value,
    evaluation: Evaluation,
    node: ts.Node,
    report: (what: string, unknown: UnknownValue) => void,
): AuthConfig['adapter'] {
    const value = database instanceof Closure ? callClosure(evaluation, database, [], node, undefined) : database;
    if (!(value instanceof UnknownValue) || value.isObject) {
        return undefined;
    }
    if (value.call === undefined) {
        report('database', value);
        return undefined;
    }
    const { name } = value.call.callee;
    if (!/adapter$/i.test(name)) {
        return undefined;
    }
    const config = value.call.args()[1];
    const read = (key: string): Value => {
        const setting = readProperty(config, key, node);
        if (setting instanceof UnknownValue) {
            report(`database.${key}`, setting);
        }
        return setting;
    };
    const provider = read('provider');
    const usePlural = read('usePlural');
    return {
        name,
        ...(typeof provider === 'string' && { provider }),
        ...(typeof usePlural === 'boolean' && { usePlural }),
    };
}
