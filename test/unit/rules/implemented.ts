import { CODES } from '../../../src/model/finding.ts';

/** Codes about rules, which the cases and the sound schemas are held to. */
const ABOUT_RULES: readonly string[] = Object.keys(CODES).filter((code) => /^(rule|model|default)-/.test(code));

/** Whether a code is one about rules, whose check is there to be tested. */
export function isImplemented(code: string): boolean {
    return ABOUT_RULES.includes(code);
}

/** Whether there is a check for a code about rules. */
export function hasCheck(code: string): boolean {
    return isImplemented(code);
}
