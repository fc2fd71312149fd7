import { CODES } from '../../../src/model/finding.ts';

/**
 * Codes about rules whose checks are there: what the cases and the sound schemas hold them to.
 * A code that is registered but not listed here yet is not asked for, and its findings are not looked at.
 */
const IMPLEMENTED: readonly string[] = [
    'model-denies-everything',
    'rule-create-relation',
    'rule-role-unknown',
    'rule-throws-at-runtime',
];

/** Whether a code's check is there to be tested. */
export function isImplemented(code: string): boolean {
    return code in CODES && IMPLEMENTED.includes(code);
}

/** Checks that are there, but show no counterexample yet, which the cases ask for. */
const WITHOUT_COUNTEREXAMPLE: readonly string[] = ['rule-mixed-operators', 'rule-self-comparison'];

/** Whether there is a check for a code, with a counterexample or without. */
export function hasCheck(code: string): boolean {
    return isImplemented(code) || WITHOUT_COUNTEREXAMPLE.includes(code);
}
