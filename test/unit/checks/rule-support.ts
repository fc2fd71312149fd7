import assert from 'node:assert/strict';
import type { CheckInput } from '../../../src/checks/check.ts';
import { applyFix } from '../../../src/fixes/index.ts';
import type { Code, Finding } from '../../../src/model/finding.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { entry, viewOf } from '../insert/support.ts';
import { validateSchema } from '../../support/orm.ts';
import { findingsOf } from './support.ts';

/**
 * Applies a fix of a finding on a schema of one file, and proves that the result validates.
 * In: the code of the finding, the schema, which fix (0 is the first). Out: the schema after it.
 */
export async function cured(code: Code, text: string, finding: Finding | undefined, nth = 0): Promise<string> {
    const fix = finding?.fixes[nth];
    assert.ok(fix, `${code}: no fix`);
    const view = viewOf(text);
    const changes = applyFix(fix.data, { view, file: entry });
    assert.ok(changes.length > 0, `${code}: the fix changes nothing`);
    const result = applyChanges(text, changes);
    assert.deepEqual((await validateSchema(result)).errors, [], result);
    assert.deepEqual(applyFix(fix.data, { view: viewOf(result), file: entry }), [], `${code}: twice`);
    return result;
}

/** The one finding of a code in a schema. */
export function onlyFinding(
    code: Code,
    text: string,
    around: Partial<Pick<CheckInput, 'configs' | 'contexts'>> = {},
): Finding {
    const [finding, ...others] = findingsOf(code, text, around);
    assert.ok(finding, `${code}: nothing found`);
    assert.deepEqual(others, []);
    return finding;
}
