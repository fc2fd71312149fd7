import assert from 'node:assert/strict';
import { runChecks } from '../../../src/checks/index.ts';
import type { CheckInput } from '../../../src/checks/check.ts';
import { applyFix } from '../../../src/fixes/index.ts';
import type { Code, Finding } from '../../../src/model/finding.ts';
import { applyChanges } from '../../../src/model/text.ts';
import { entry, viewOf } from '../insert/support.ts';
import type { Files } from '../insert/support.ts';

type Around = Partial<Pick<CheckInput, 'configs' | 'contexts' | 'isMainSchema' | 'onLimited' | 'setup'>>;

/** Runs all checks on a schema in memory. In: its files, what is known around it. Out: the findings. */
export function findingsIn(files: Files, around: Around = {}): Finding[] {
    return runChecks({
        view: viewOf(files),
        isMainSchema: true,
        display: (file) => file.split('/').at(-1) ?? '',
        ...around,
    });
}

/** The findings of one code. */
export function findingsOf(code: Code, files: Files, around: Around = {}): Finding[] {
    return findingsIn(files, around).filter((finding) => finding.code === code);
}

/** The text that a finding is about. */
export function spot(files: Files, { file, span }: Finding): string {
    const content = viewOf(files).files.find((candidate) => candidate.file === file)?.content ?? '';
    return content.slice(span.start, span.end);
}

/** The entry after the first fix of a finding. */
export function fixed(text: string, finding: Finding | undefined, around: Around = {}): string {
    const [fix] = finding?.fixes ?? [];
    assert.ok(finding && fix, 'no fix');
    const config = around.configs?.[0];
    const changes = applyFix(fix.data, { view: viewOf(text), file: entry, ...(config && { config }) });
    assert.ok(changes.length > 0, 'the fix changes nothing');
    return applyChanges(text, changes);
}
