import { diffLines } from 'diff';
import { applyFix } from '../fixes/index.ts';
import { changedContents, syntaxBreakage } from '../fixes/verify.ts';
import type { Code, Finding } from '../model/finding.ts';
import type { FixData } from '../model/fix.ts';
import type { Counterexample } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { lostAccess } from '../rules/compare-access.ts';
import type { ApplicationFacts } from './facts.ts';
import { findingsFor, servingConfigOf } from './findings.ts';
import type { FindingOptions } from './findings.ts';

/** More fixes than this in one file mean that they undo each other. */
const MAX_STEPS = 200;

/** What only the change of a schema can cure, and is decided by it alone. */
const KINDS: ReadonlySet<FixData['kind']> = new Set([
    'set-member-type',
    'add-member',
    'compare-in-predicate',
    'edit-rule',
    'add-rule',
    'add-field-attribute',
]);

/** Findings about what is missing: a fix of one should take away nothing from requests in which nothing is. */
const OF_MISSING: ReadonlySet<string> = new Set<Code>([
    'rule-grants-anonymous',
    'rule-null-match',
    'rule-tenant-null-rows',
    'rule-negative-grant',
    'rule-deny-fails-open',
    'rule-substring-grant',
]);

export interface FixAllInput extends FindingOptions {
    view: SchemaView;
    facts: ApplicationFacts | undefined;
    /** Absolute path of the file whose findings are fixed; no other is changed. */
    file: string;
    /** Only findings with this code. */
    code?: string;
    /** The schema with other contents, by absolute path. */
    viewWith: (contents: Readonly<Record<string, string>>) => SchemaView;
}

/**
 * Applies the preferred fix of each finding in a file, one after the other. A fix is kept when it cures its finding,
 * brings no other, and takes nothing away from requests in which nothing is missing.
 * Out: the content of the file after all of them, and their titles.
 */
export function fixAll(input: FixAllInput): { content: string; titles: string[] } {
    const { file, facts, code } = input;
    const titles: string[] = [];
    const tried = new Set<string>();
    const find = (view: SchemaView): Finding[] => findingsFor(view, facts, input);
    let view = input.view;
    let findings = find(view);
    const contentOf = (): string => view.files.find((each) => each.file === file)?.content ?? '';
    while (titles.length < MAX_STEPS) {
        const finding = findings.find((each) => isWanted(each, file, code) && !tried.has(identify(each)));
        const fix = finding?.fixes.find(({ preferred }) => preferred);
        if (!finding || !fix) break;
        tried.add(identify(finding));
        const config = servingConfigOf(view, facts);
        const changes = applyFix(fix.data, { view, file, ...(config && { config }) });
        if (changes.length === 0 || changes.some((change) => change.file !== file)) continue;
        if (syntaxBreakage(view, changes) !== undefined) continue;
        const next = input.viewWith(Object.fromEntries(changedContents(view, changes)));
        const left = find(next);
        if (left.some((each) => identify(each) === identify(finding)) || !isImproved(findings, left)) continue;
        if (lostByFix(view, next, finding.code, finding.counterexample)) continue;
        titles.push(fix.title);
        view = next;
        findings = left;
    }
    return { content: contentOf(), titles };
}

/** Whether a finding has a fix that is applied with others. */
export function isWanted({ file, code, fixes }: Finding, wanted: string, only?: string): boolean {
    if (file !== wanted || (only !== undefined && code !== only)) return false;
    // Given away on purpose or by mistake: nobody but the author can tell.
    if (code === 'rule-mixed-operators') return false;
    return fixes.some(({ preferred, data }) => preferred && KINDS.has(data.kind));
}

/**
 * What a fix takes away from a request in which nothing is missing.
 * In: the schema before and after, the finding's code and counterexample. Out: undefined for nothing, and for
 * findings whose very request is such a one.
 */
export function lostByFix(
    before: SchemaView,
    after: SchemaView,
    code: string,
    counterexample: Counterexample | undefined,
): Counterexample | undefined {
    if (!counterexample || !OF_MISSING.has(code)) return undefined;
    return lostAccess(before.policies(), after.policies(), counterexample.model);
}

/** No more findings of any code than before, and fewer in all. */
function isImproved(before: readonly Finding[], after: readonly Finding[]): boolean {
    const count = (findings: readonly Finding[]): Map<string, number> => {
        const counts = new Map<string, number>();
        for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
        return counts;
    };
    const counts = count(before);
    return (
        [...count(after)].every(([code, number]) => number <= (counts.get(code) ?? 0)) && after.length < before.length
    );
}

/** What identifies a finding while places move. */
function identify({ code, file, fixes }: Finding): string {
    return JSON.stringify([code, file, fixes.find(({ preferred }) => preferred)?.data]);
}

/** The changes that make one content of another, line by line. */
export function lineChanges(file: string, before: string, after: string): TextChange[] {
    const changes: TextChange[] = [];
    let offset = 0;
    let open: { removed: string; added: string } | undefined;
    const close = (): void => {
        if (!open) return;
        const { removed, added } = open;
        changes.push(trimmed({ file, start: offset - removed.length, end: offset, text: added }, removed));
        open = undefined;
    };
    for (const { added, removed, value } of diffLines(before, after)) {
        if (!added && !removed) close();
        else {
            open ??= { removed: '', added: '' };
            if (removed) open.removed += value;
            else open.added += value;
        }
        if (!added) offset += value.length;
    }
    close();
    return changes;
}

/** A change without what both texts begin and end with. */
function trimmed(change: TextChange, removed: string): TextChange {
    const { text } = change;
    let head = 0;
    while (head < removed.length && head < text.length && removed[head] === text[head]) head += 1;
    let tail = 0;
    const longest = Math.min(removed.length, text.length) - head;
    while (tail < longest && removed[removed.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
    return {
        ...change,
        start: change.start + head,
        end: change.end - tail,
        text: text.slice(head, text.length - tail),
    };
}
