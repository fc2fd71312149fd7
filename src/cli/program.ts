import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { ALL_OPERATIONS } from '../model/policy.ts';
import type { AnalysisOptions } from './application.ts';
import type { AccessOptions } from './commands/access.ts';
import type { CheckOptions } from './commands/check.ts';
import type { InsertOptions } from './commands/insert.ts';
import type { ShapeOptions } from './commands/shape.ts';
import { EXIT, processTerminal, UsageError } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ zmodel-auth check                                  every schema below the current folder
  $ zmodel-auth check --format sarif > findings.sarif  for code scanning
  $ zmodel-auth insert                                 shows what the schema lacks for Better Auth
  $ zmodel-auth insert --write                         writes it
  $ zmodel-auth fix --code context-member-nullable     shows the fixes of one kind of finding
  $ zmodel-auth shape src/db.ts                        what a file passes to $setAuth
  $ zmodel-auth access Todo                            who can read, create, update and delete a Todo
  $ zmodel-auth explain auth-member-missing

Exit codes: 0 nothing found, 1 findings, 2 wrong usage or unreadable input.
Sources are read, never run, and nothing is sent anywhere. What was found out is kept in
node_modules/.cache/zmodel-auth for the next run, unless --no-cache is given.`;

const CHECK_HELP = `
Paths are schemas or folders; a fragment stands for the schemas that import it. Everything that is found
is printed; --severity only decides which findings make the exit code 1.`;

const INSERT_HELP = `
Exit code 1 means that something is there, but not as Better Auth needs it: it is described and left as it is.`;

const FIX_HELP = `
Applies the preferred fix of each finding, one after the other, until none is left: in schemas, and in the
sources that call $setAuth. A fix after which a file would not parse is left out. Exit code 1 means that errors are left.`;

/** One command's work; loaded when it is asked for, so that the help needs none of it. */
type Work = (terminal: Terminal) => Promise<ExitCode>;

function collect(value: string, before: string[]): string[] {
    return [...before, value];
}

/** How sources are analysed, for the commands that take long over it. */
function analysisOptions(command: Command): Command {
    return command
        .addOption(
            new Option(
                '--typescript <which>',
                "who resolves types: the compiler that comes along, or the workspace's own TypeScript 7 (its code is run)",
            )
                .choices(['bundled', 'workspace'])
                .default('bundled'),
        )
        .option('--no-cache', 'compute everything, and keep nothing in node_modules/.cache');
}

function analysisOf({ typescript, cache }: Required<AnalysisOptions>): AnalysisOptions {
    return { typescript, cache };
}

function writeOptions(command: Command): Command {
    return command
        .addOption(new Option('--dry-run', 'print a unified diff and write nothing (default)').conflicts('write'))
        .addOption(new Option('--write', 'change the files').default(false));
}

/** Describes the command line. In: who takes the work that is asked for. */
function describeProgram(start: (work: Work) => Promise<void>): Command {
    const program = new Command('zmodel-auth')
        .description('Checks and completes ZenStack schemas that work with Better Auth.')
        .version(manifest.version, '--version', 'print the version')
        .helpOption('--help', 'show this help')
        .helpCommand(false)
        .addHelpText('after', EXAMPLES)
        .exitOverride()
        .showHelpAfterError('(run with --help for the usage)');

    analysisOptions(program.command('check'))
        .description(
            'compare schemas with what the application passes to $setAuth and with its Better Auth configuration',
        )
        .argument('[paths...]', 'schemas or folders (default: the current folder)')
        .addOption(new Option('--format <format>').choices(['text', 'json', 'sarif', 'github']).default('text'))
        .addOption(
            new Option('--severity <level>', 'the exit code is 1 for findings of this level or above')
                .choices(['error', 'warning', 'information', 'hint'])
                .default('error'),
        )
        .option('--no-types', 'read the sources without the type checker: quicker, knows less')
        .addHelpText('after', CHECK_HELP)
        .action((paths: string[], options: Omit<CheckOptions, 'version' | 'analysis'> & Required<AnalysisOptions>) =>
            start(async (terminal) => {
                const { check } = await import('./commands/check.ts');
                const analysis = analysisOf(options);
                return check(terminal, paths, { ...options, analysis, version: manifest.version });
            }),
        );

    writeOptions(
        program
            .command('insert')
            .description('add the models and fields that the Better Auth configuration needs')
            .option('--schema <path>', 'the schema, or the folder that holds it')
            .option('--config <file>', 'the file that calls betterAuth(...), as FILE or FILE:LINE')
            .addOption(
                new Option('--plugin <name>', 'a plugin of Better Auth, without a configuration; may be repeated')
                    .argParser(collect)
                    .default([], 'none')
                    .conflicts('config'),
            )
            .option('--into <file>', 'the file of the schema, or a new one, that gets the new models')
            .option('--auth-type', 'also write the type with @@auth, from what is passed to $setAuth')
            .option('--policy-plugin', 'also declare the access policy plugin')
            .option('--enums', 'make unions of literals enums instead of String'),
    )
        .addOption(new Option('--format <format>').choices(['diff', 'json']).default('diff'))
        .addHelpText('after', INSERT_HELP)
        .action((options: InsertOptions) =>
            start(async (terminal) => {
                const { insert } = await import('./commands/insert.ts');
                return insert(terminal, options);
            }),
        );

    writeOptions(
        analysisOptions(program.command('fix'))
            .description('apply the preferred fix of each finding')
            .argument('[paths...]', 'schemas or folders (default: the current folder)')
            .option('--code <code>', 'only findings with this code; may be repeated', collect, []),
    )
        .addHelpText('after', FIX_HELP)
        .action((paths: string[], options: { code: string[]; write: boolean } & Required<AnalysisOptions>) =>
            start(async (terminal) => {
                const { requireCodes } = await import('./commands/explain.ts');
                requireCodes(options.code);
                const { fix } = await import('./commands/fix.ts');
                const { code, write } = options;
                return fix(terminal, paths, { codes: code, write, analysis: analysisOf(options) });
            }),
        );

    analysisOptions(program.command('shape'))
        .description('print what each $setAuth call passes, and the Better Auth configurations')
        .argument('[paths...]', 'schemas, source files or folders (default: the current folder)')
        .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
        .option('--explain', 'also print which compiler and files were used, and how long each step took', false)
        .action((paths: string[], options: Omit<ShapeOptions, 'analysis'> & Required<AnalysisOptions>) =>
            start(async (terminal) => {
                const { shape } = await import('./commands/shape.ts');
                return shape(terminal, paths, { ...options, analysis: analysisOf(options) });
            }),
        );

    program
        .command('access')
        .description('print who can read, create, update and delete the rows of a model, and by which rules')
        .argument('<model>', 'the name of a model')
        .argument('[paths...]', 'schemas or folders (default: the current folder)')
        .addOption(new Option('--operation <operation>', 'only one of them').choices(ALL_OPERATIONS))
        .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
        .action((model: string, paths: string[], options: AccessOptions) =>
            start(async (terminal) => {
                const { access } = await import('./commands/access.ts');
                return access(terminal, model, paths, options);
            }),
        );

    program
        .command('explain')
        .description('print what a diagnostic code means, with an example and the cure')
        .argument('<code>', 'a diagnostic code')
        .action((code: string) =>
            start(async (terminal) => {
                const { explain } = await import('./commands/explain.ts');
                return explain(terminal, code);
            }),
        );

    program
        .command('lsp')
        .description('serve the language to an editor')
        .requiredOption('--stdio', 'over standard input and output')
        .action(() => start(async () => (await import('./commands/lsp.ts')).lsp()));

    return program;
}

/**
 * Runs the command line.
 * In: the arguments after the program's name. Out: the exit code. Messages about wrong usage and
 * unreadable input go to the standard error.
 */
export async function run(args: readonly string[], terminal: Terminal = processTerminal()): Promise<ExitCode> {
    let code: ExitCode = EXIT.ok;
    const program = describeProgram(async (work) => {
        code = await work(terminal);
    });
    try {
        await program.parseAsync(args, { from: 'user' });
        return code;
    } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
        if (error instanceof UsageError) terminal.err(`error: ${error.message}\n`);
        else
            terminal.err(
                `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
            );
        return EXIT.failed;
    }
}
