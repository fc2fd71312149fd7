import assert from 'node:assert/strict';
import { applyFix } from '../../../../src/fixes/index.ts';
import type { Finding } from '../../../../src/model/finding.ts';
import type { Counterexample } from '../../../../src/model/policy.ts';
import { applyChanges } from '../../../../src/model/text.ts';
import { RequestRunner } from '../../../support/request.ts';
import type { PolicyRequest } from '../../../support/request.ts';
import { validateSchema } from '../../../support/orm.ts';
import { findingsIn } from '../../checks/support.ts';
import { entry, viewOf } from '../../insert/support.ts';
import { isImplemented } from '../implemented.ts';
import { nearText, unmark } from './fact-case.ts';
import type { FactCase, NearMiss } from './fact-case.ts';

/** Shows on the real ORM that the case is as it says: what leaks does, what works does, near misses don't leak. */
export async function proveOnEngine(subject: FactCase): Promise<void> {
    const runner = await RequestRunner.load(unmark(subject.schema).text);
    if (subject.leak && subject.throws) {
        const outcome = await runner.run(subject.leak);
        assert.match(outcome.kind === 'throws' ? outcome.message : outcome.kind, subject.throws);
    } else if (subject.leak) await assertOutcome(runner, subject.leak, 'through', 'the leak');
    if (subject.shut) await assertOutcome(runner, subject.shut, 'refused', 'what is shut');
    await assertAll(runner, subject.works);
}

/** Shows on the real ORM that a near miss doesn't have the leak. */
export async function proveNearOnEngine(subject: FactCase, near: NearMiss): Promise<void> {
    const runner = await RequestRunner.load(nearText(subject.schema, near));
    if (near.open || !subject.leak) return;
    const outcome = await runner.run(subject.leak);
    assert.equal(outcome.kind, 'refused', near.why);
}

/** Shows that the finding is there, that its counterexample is true, and that its fix is right. */
export async function proveFinding(subject: FactCase): Promise<void> {
    const { text, spans } = unmark(subject.schema);
    const findings = ourFindings(text, subject);
    const own = ofCode(findings, subject);
    const spots = own.map(({ span }) => text.slice(span.start, span.end));
    assert.deepEqual(
        own.map(({ span }) => span),
        spans,
        `reported at: ${spots.join(' | ')}\n${describe(findings)}`,
    );
    if (subject.severity) assert.deepEqual(new Set(own.map(({ severity }) => severity)), new Set([subject.severity]));
    const others = findings.filter((finding) => !own.includes(finding)).map(({ code }) => code as string);
    const wanted = (subject.also ?? []).filter(isImplemented);
    assert.deepEqual(
        [...new Set(others)].filter((code) => !(subject.may ?? []).includes(code)).sort(),
        [...wanted].sort(),
        describe(findings),
    );
    for (const finding of own) await proveCounterexample(subject, text, finding);
    if (subject.fix !== 'none') await proveFix(subject, text);
}

/** The findings must not have the code of the case. */
export function proveNear(subject: FactCase, near: NearMiss): void {
    const findings = ofCode(ourFindings(nearText(subject.schema, near), subject), subject);
    assert.deepEqual(findings, [], `${near.why}\n${describe(findings)}`);
}

async function proveCounterexample(subject: FactCase, text: string, finding: Finding): Promise<void> {
    const counterexample = counterexampleOf(finding);
    if (!subject.leak) return;
    assert.ok(counterexample, `no counterexample: ${finding.message}`);
    const operations = subject.operations ?? [subject.leak.operation];
    assert.ok(operations.includes(counterexample.operation), counterexample.sentence);
    assert.equal(counterexample.model, subject.leak.model);
    const outcome = await (await RequestRunner.load(text)).run(counterexample);
    assert.equal(outcome.kind, subject.throws ? 'throws' : 'through', JSON.stringify(counterexample));
}

async function proveFix(subject: FactCase, text: string): Promise<void> {
    const first = ofCode(ourFindings(text, subject), subject)[0];
    assert.ok(first);
    const counterexample = counterexampleOf(first);
    const before = new Set(ourFindings(text, subject).map(({ code }) => code));
    let now = text;
    for (let round = 0; round < 10; round += 1) {
        const finding = ofCode(ourFindings(now, subject), subject)[0];
        if (!finding) break;
        const fix = finding.fixes.find(({ preferred }) => preferred) ?? finding.fixes[0];
        assert.ok(fix, `no fix: ${finding.message}`);
        const changes = applyFix(fix.data, { view: viewOf(now), file: entry });
        assert.ok(changes.length > 0, `the fix changes nothing: ${fix.title}`);
        now = applyChanges(now, changes);
    }
    const after = ourFindings(now, subject);
    assert.deepEqual(ofCode(after, subject), [], `still reported after the fix\n${now}`);
    assert.deepEqual(
        after.filter(({ code }) => !before.has(code)),
        [],
        `new after the fix\n${describe(after)}\n${now}`,
    );
    assert.deepEqual((await validateSchema(now)).errors, [], now);
    const runner = await RequestRunner.load(now);
    if (subject.leak) await assertOutcome(runner, subject.leak, 'refused', `the leak\n${now}`);
    if (counterexample) await assertOutcome(runner, counterexample, 'refused', `the counterexample\n${now}`);
    if (subject.shut) await assertOutcome(runner, subject.shut, 'through', `what was shut\n${now}`);
    await assertAll(runner, subject.works, now);
}

async function assertAll(runner: RequestRunner, requests: readonly PolicyRequest[], text = ''): Promise<void> {
    for (const request of requests) await assertOutcome(runner, request, 'through', `a legitimate request\n${text}`);
}

async function assertOutcome(
    runner: RequestRunner,
    request: PolicyRequest,
    kind: 'through' | 'refused',
    what: string,
): Promise<void> {
    const outcome = await runner.run(request);
    assert.equal(outcome.kind, kind, `${what}: ${JSON.stringify(request)} ${JSON.stringify(outcome)}`);
}

/** What the implemented checks about rules find. */
function ourFindings(text: string, { contexts }: FactCase): Finding[] {
    return findingsIn(text, contexts ? { contexts } : {}).filter(({ code }) => isImplemented(code));
}

/** Of the case's code; of its severity too where it has one, since what is told lower is another cause. */
function ofCode(findings: readonly Finding[], { code, severity }: FactCase): Finding[] {
    const codes: readonly string[] = typeof code === 'string' ? [code] : code;
    return findings.filter((finding) => codes.includes(finding.code) && (!severity || finding.severity === severity));
}

function counterexampleOf(finding: Finding & { counterexample?: Counterexample }): Counterexample | undefined {
    return finding.counterexample;
}

function describe(findings: readonly Finding[]): string {
    return findings.map(({ code, message }) => `${code}: ${message}`).join('\n');
}
