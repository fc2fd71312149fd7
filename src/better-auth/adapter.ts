import ts from 'typescript';
import type { AuthConfig } from '../model/auth-table.ts';
import type { Location } from '../model/text.ts';
import { callClosure } from './closures.ts';
import type { Evaluation } from './evaluation.ts';
import { findPolicyClient } from './policy-client.ts';
import { Closure, ObjectValue, UnknownValue, readProperty } from './values.ts';
import type { Value } from './values.ts';

/**
 * Reads the database adapter and its settings from the option `database`.
 * In: the option's value; `report` takes what could not be told; `locate` gives a node's place.
 * Out: the adapter's exported name with `provider`, `usePlural` and what is known of its client, or undefined for a connection
 * pool and the like, or when there is none.
 */
export function readAdapter(
    database: Value,
    evaluation: Evaluation,
    node: ts.Node,
    report: (what: string, unknown: UnknownValue) => void,
    locate: (node: ts.Node) => Location,
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
    const [client, config] = value.call.args();
    const read = (key: string): Value => {
        const setting = readProperty(config, key, node);
        if (setting instanceof UnknownValue) {
            report(`database.${key}`, setting);
        }
        return setting;
    };
    const provider = read('provider');
    const usePlural = read('usePlural');
    const supportsArrays = read('supportsArrays');
    const written = config instanceof ObjectValue ? config.entries.get('provider')?.node : undefined;
    const policyClient =
        name === 'zenstackAdapter' ? findPolicyClient(client, value.node, evaluation, locate) : undefined;
    return {
        name,
        ...(typeof provider === 'string' && { provider }),
        ...(typeof usePlural === 'boolean' && { usePlural }),
        ...(typeof supportsArrays === 'boolean' && { supportsArrays }),
        ...(written &&
            ts.isStringLiteral(written) && {
                providerLiteral: { location: locate(written), text: written.getText() },
            }),
        ...(policyClient && { policyClient }),
    };
}
