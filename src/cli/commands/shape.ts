import type { ContextShape, ShapeMember } from '../../model/context-shape.ts';
import type { Unknown } from '../../model/unknown.ts';
import { packageRootOf } from '../../workspace/discover.ts';
import { gatherFacts } from '../../workspace/facts.ts';
import type { ApplicationFacts } from '../../workspace/facts.ts';
import { withApplication } from '../application.ts';
import type { AnalysisOptions, Application, Step } from '../application.ts';
import { describeUnknown, nameFolder } from '../examine.ts';
import { printJson } from '../format/json.ts';
import { place } from '../format/text.ts';
import { findInputs, statInput } from '../inputs.ts';
import { configToJson, contextToJson, unknownsOfContext, unknownToJson } from '../report.ts';
import { printMember } from '../shape-text.ts';
import { EXIT, relativePath, UsageError } from '../terminal.ts';
import type { ExitCode, Terminal } from '../terminal.ts';

export interface ShapeOptions {
    format: 'text' | 'json';
    /** Also which files were read and how long each step took. */
    explain: boolean;
    analysis: AnalysisOptions;
}

/** What an application passes to `$setAuth` and how it configures Better Auth. */
export async function shape(terminal: Terminal, paths: readonly string[], options: ShapeOptions): Promise<ExitCode> {
    const { cwd } = terminal;
    return withApplication(terminal, options.analysis, async (source) => {
        const applications = new Map<string, ApplicationFacts>();
        for (const given of paths.length === 0 ? ['.'] : paths) {
            for (const facts of await factsFor(source, cwd, given)) applications.set(facts.root, facts);
        }
        const all = [...applications.values()];
        if (options.format === 'json') {
            const roots = all.map((facts) => factsToJson(cwd, facts));
            terminal.out(printJson({ roots, ...(options.explain && { explain: explainJson(cwd, source, all) }) }));
        } else {
            const texts = all.map((facts) => describeFacts(cwd, facts));
            terminal.out([...texts, ...(options.explain ? [explainText(cwd, source, all)] : [])].join('\n'));
        }
        return EXIT.ok;
    });
}

/** The applications that a path means: those around its schemas, or what a folder without any holds. */
async function factsFor(source: Application, cwd: string, given: string): Promise<ApplicationFacts[]> {
    const { target, isFolder } = statInput(cwd, given);
    const search = async (root: string): Promise<ApplicationFacts> => {
        const query = { root, overlays: {}, types: true };
        return { root, configs: await source.configs(query), contexts: await source.contexts(query) };
    };
    try {
        if (!isFolder && !target.endsWith('.zmodel')) return [onlyFile(await search(packageRootOf(target)), target)];
        const { entries } = await findInputs(cwd, [given]);
        if (entries.length === 0) return [await search(isFolder ? target : packageRootOf(target))];
        const found: ApplicationFacts[] = [];
        for (const entry of entries) found.push(await gatherFacts(source, { entry, overlays: {}, types: true }));
        return found;
    } catch (error) {
        if (error instanceof UsageError) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new UsageError(`${given}: the sources could not be analysed: ${reason}`);
    }
}

/** What a single source file says. */
function onlyFile({ root, configs, contexts }: ApplicationFacts, file: string): ApplicationFacts {
    const here = (unknown: Unknown): boolean => unknown.file === file;
    return {
        root,
        configs: {
            configs: configs.configs.filter(({ location }) => location.file === file),
            unknown: configs.unknown.filter(here),
        },
        contexts: {
            contexts: contexts.contexts.filter(({ call }) => call.file === file),
            unknown: contexts.unknown.filter(here),
            files: contexts.files,
        },
    };
}

function factsToJson(cwd: string, { root, configs, contexts }: ApplicationFacts): object {
    return {
        root: relativePath(cwd, root),
        contexts: contexts.contexts.map((context) => contextToJson(cwd, context)),
        configs: configs.configs.map((config) => configToJson(cwd, config)),
        unknown: [...configs.unknown, ...contexts.unknown].map((unknown) => unknownToJson(cwd, unknown)),
    };
}

function describeFacts(cwd: string, { root, configs, contexts }: ApplicationFacts): string {
    const lines = contexts.contexts.flatMap((context) => describeContext(cwd, context));
    if (lines.length === 0) lines.push(`There is no $setAuth(...) call below ${nameFolder(cwd, root)}.`);
    lines.push('');
    for (const { location, plugins, adapter, unknown } of configs.configs) {
        const names = plugins.length === 0 ? 'no plugins' : `plugins ${plugins.map(({ name }) => name).join(', ')}`;
        lines.push(
            `${place(cwd, location.file, location.range)} betterAuth: ${adapter?.name ?? 'no known adapter'}, ${names}`,
        );
        lines.push(...unknown.map((each) => `    unknown: ${describeUnknown(cwd, each)}`));
    }
    if (configs.configs.length === 0)
        lines.push(`There is no betterAuth(...) configuration below ${nameFolder(cwd, root)}.`);
    lines.push(...[...configs.unknown, ...contexts.unknown].map((each) => `unknown: ${describeUnknown(cwd, each)}`));
    return [...lines, ''].join('\n');
}

function describeContext(cwd: string, context: ContextShape): string[] {
    const { call, argumentText, value, mayBeNull, mayBeUndefined, inTest } = context;
    const absences = [...(mayBeUndefined ? ['undefined (an anonymous request)'] : []), ...(mayBeNull ? ['null'] : [])];
    return [
        `${place(cwd, call.file, call.range)} $setAuth(${argumentText})${inTest ? ' in a test' : ''}`,
        ...(value.kind === 'object' ? describeMembers(value.members) : []),
        ...(value.kind === 'object' && value.open ? ['    and maybe more'] : []),
        ...(absences.length > 0 ? [`    or ${absences.join(', or ')}`] : []),
        ...unknownsOfContext(context).map((each) => `    unknown: ${describeUnknown(cwd, each)}`),
    ];
}

function describeMembers(members: Record<string, ShapeMember>): string[] {
    const entries = Object.entries(members).map(
        ([name, member]) => [`${name}${member.optional ? '?' : ''}`, member] as const,
    );
    const width = Math.max(0, ...entries.map(([name]) => name.length));
    return entries.map(([name, member]) => {
        const type = member.type.kind === 'unknown' ? `unknown: ${member.type.reason}` : printMember(member);
        return `    ${name.padEnd(width)}  ${type}`;
    });
}

function filesOf(cwd: string, all: readonly ApplicationFacts[]): string[] {
    const files = all.flatMap(({ configs, contexts }) => [
        ...configs.configs.flatMap((config) => config.files),
        ...contexts.files,
    ]);
    return [...new Set(files)].map((file) => relativePath(cwd, file)).sort();
}

function compilersOf(all: readonly ApplicationFacts[]): string[] {
    return [...new Set(all.flatMap(({ contexts }) => contexts.compiler ?? []))];
}

/** The parts of the question about calls, in the order in which they were done. */
function questionSteps(all: readonly ApplicationFacts[]): Step[] {
    return all.flatMap(({ contexts }) =>
        (contexts.timings ?? []).map(({ step, ms }) => ({ what: step, milliseconds: ms })),
    );
}

function explainJson(cwd: string, { steps }: Application, all: readonly ApplicationFacts[]): object {
    return { compilers: compilersOf(all), steps, resolving: questionSteps(all), files: filesOf(cwd, all) };
}

function explainText(cwd: string, { steps }: Application, all: readonly ApplicationFacts[]): string {
    const line = ({ what, milliseconds }: Step): string => `    ${what}: ${milliseconds} ms`;
    return [
        `Compiler: ${compilersOf(all).join(', ') || 'none'}`,
        'Steps:',
        ...steps.map(line),
        'Of which, for the $setAuth calls:',
        ...questionSteps(all).map(line),
        'Files read:',
        ...filesOf(cwd, all).map((file) => `    ${file}`),
        '',
    ].join('\n');
}
