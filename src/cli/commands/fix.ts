import { applyFix } from '../../fixes/index.ts';
import { syntaxBreakage } from '../../fixes/verify.ts';
import type { Finding } from '../../model/finding.ts';
import type { ApplicationFacts } from '../../workspace/facts.ts';
import { findingsFor } from '../../workspace/findings.ts';
import { withApplication } from '../application.ts';
import type { AnalysisOptions, Application } from '../application.ts';
import { candidateConfigs, examine, notesOn, readApplication, readSchema, unknownsOf } from '../examine.ts';
import type { Examined } from '../examine.ts';
import { findInputs } from '../inputs.ts';
import { count, EXIT, relativePath, UsageError } from '../terminal.ts';
import type { ExitCode, Terminal } from '../terminal.ts';
import { sourcesOf, Workbench } from '../workbench.ts';
import { printDiff, writeChanges } from '../write.ts';

export interface FixOptions {
    /** Only findings with these codes; empty for all. */
    codes: readonly string[];
    write: boolean;
    analysis: AnalysisOptions;
}

/** More fixes than this in one schema mean that they undo each other. */
const MAX_STEPS = 500;

/** Applies the preferred fix of each finding, one after the other, and shows or writes the result. */
export async function fix(terminal: Terminal, paths: readonly string[], options: FixOptions): Promise<ExitCode> {
    const { cwd } = terminal;
    const { entries, problems, notes } = await findInputs(cwd, paths);
    const workbench = new Workbench();
    let left = 0;
    await withApplication(terminal, options.analysis, async (source) => {
        for (const entry of entries) {
            try {
                const examined = await examine(source, entry, cwd, true);
                if (examined.problem !== undefined) problems.push(examined.problem);
                notes.push(...notesOn(examined, cwd));
                const { titles, remaining } = await cure(source, cwd, examined, workbench, options.codes);
                for (const title of titles) terminal.err(`${relativePath(cwd, entry)}: ${title}\n`);
                for (const finding of remaining) terminal.err(`left: ${finding.code}: ${finding.message}\n`);
                left += remaining.filter(({ severity }) => severity === 'error').length;
            } catch (error) {
                if (!(error instanceof UsageError)) throw error;
                problems.push(error.message);
            }
        }
    });
    for (const note of new Set(notes)) terminal.err(`note: ${note}\n`);
    for (const problem of new Set(problems)) terminal.err(`error: ${problem}\n`);
    const changes = workbench.changes();
    if (changes.length === 0 && problems.length === 0) terminal.err('There is nothing to fix.\n');
    if (options.write) {
        writeChanges(cwd, changes);
        if (changes.length > 0) terminal.err(`${count(changes.length, 'file')} written.\n`);
    } else terminal.out(printDiff(cwd, changes));
    if (problems.length > 0) return EXIT.failed;
    return left > 0 ? EXIT.findings : EXIT.ok;
}

/** What identifies a fix across re-analyses, in which positions and messages change. */
function identify({ code, file, fixes }: Finding): string {
    return JSON.stringify([code, file, fixes.find(({ preferred }) => preferred)?.data]);
}

/**
 * Fixes one schema, and the sources of its application, on the workbench until nothing is left that can
 * be fixed. A fix whose result would not parse, or after which its finding is still there, is not kept.
 * Out: the titles of the fixes that were applied, and the findings that are left.
 */
async function cure(
    source: Application,
    cwd: string,
    start: Examined,
    workbench: Workbench,
    codes: readonly string[],
): Promise<{ titles: string[]; remaining: Finding[] }> {
    const titles: string[] = [];
    const tried = new Set<string>();
    const { entry } = start.view;
    const analyse = async (overlays: Record<string, string>) => {
        const view = await readSchema(source, entry, cwd, overlays);
        const sources = sourcesOf(overlays);
        const isAsBefore = Object.keys(sources).length === 0 || !start.facts;
        const { facts } = isAsBefore ? start : await readApplication(source, entry, cwd, { overlays: sources });
        const findings = findingsFor(view, facts, { base: cwd });
        const wanted = findings.filter(({ code }) => codes.length === 0 || codes.includes(code));
        return { view, facts, findings: wanted };
    };

    let current = await analyse(workbench.overlays());
    while (titles.length < MAX_STEPS) {
        const finding = current.findings.find(
            (each) => each.fixes.some(({ preferred }) => preferred) && !tried.has(identify(each)),
        );
        const chosen = finding?.fixes.find(({ preferred }) => preferred);
        if (!finding || !chosen) break;
        tried.add(identify(finding));
        const configs = current.facts ? candidateConfigs(current.facts) : [];
        const [config] = configs;
        const changes = applyFix(chosen.data, {
            view: current.view,
            file: finding.file,
            readSource: (file) => workbench.read(file),
            ...(config && configs.length === 1 && { config }),
        });
        if (changes.length === 0 || syntaxBreakage(current.view, changes) !== undefined) continue;
        const contents = workbench.results(current.view, changes);
        const next = await analyse(workbench.overlays(contents));
        if (next.findings.some((each) => identify(each) === identify(finding))) continue;
        // A file that doesn't parse any more is among them.
        if (unknownCount(next.facts) > unknownCount(current.facts)) continue;
        workbench.take(current.view, contents);
        titles.push(chosen.title);
        current = next;
    }
    return { titles, remaining: current.findings };
}

function unknownCount(facts: ApplicationFacts | undefined): number {
    return facts ? unknownsOf(facts).length : Number.POSITIVE_INFINITY;
}
