import path from 'node:path';
import type { AuthConfig } from '../model/auth-table.ts';

/** Folders and parts of file names of programs that only make schemas or fill databases. */
const TOOLING = /^(?:scripts?|tools?|cli|codegen|generate|migrations?|migrate|seeds?|seeding|bin)$/i;

type Choice = Required<Pick<AuthConfig, 'purpose' | 'reasons'>>;

/**
 * Tells several configurations of a workspace apart.
 * In: the configurations, the workspace folder, and whether a file is one of tests.
 * Out: the same in the same order, each with what it looks like it is for and why; the one that most
 * likely is the application's is marked when there is such a one.
 */
export function describeChoices(
    configs: readonly AuthConfig[],
    root: string,
    isTest: (file: string) => boolean,
): AuthConfig[] {
    const choices = configs.map((config) => ({ config, ...describeChoice(config, root, isTest) }));
    const scores = choices.map(({ config, purpose }) => score(config, purpose));
    const best = Math.max(...scores);
    const isClear = scores.filter((each) => each === best).length === 1;
    return choices.map(({ config, purpose, reasons }, index) => ({
        ...config,
        purpose,
        reasons,
        ...(isClear && scores[index] === best && { recommended: true }),
    }));
}

function describeChoice(config: AuthConfig, root: string, isTest: (file: string) => boolean): Choice {
    const { adapter, exportName, isExported, plugins, unknown } = config;
    const file = path.relative(root, config.location.file);
    const word = toolingWord(file);
    const purpose = isTest(config.location.file) ? 'test' : word !== undefined ? 'tooling' : 'application';
    const provider = adapter?.provider === undefined ? '' : ` for ${adapter.provider}`;
    const names = plugins.map(({ name }) => name).join(', ');
    return {
        purpose,
        reasons: [
            ...(purpose === 'test' ? ['it is in a file of tests'] : []),
            ...(purpose === 'tooling'
                ? [`"${word ?? ''}" in its path stands for a tool, not for the application`]
                : []),
            exportName === undefined
                ? 'it is not kept in a variable'
                : `${isExported === true ? 'exported as' : 'held by'} "${exportName}"`,
            adapter === undefined ? 'no adapter' : `${adapter.name}${provider}`,
            plugins.length === 0 ? 'no plugins' : `${plugins.length === 1 ? 'plugin' : 'plugins'} ${names}`,
            ...(unknown.length > 0 ? ['parts of it are unknown'] : []),
        ],
    };
}

function score({ adapter, isExported }: AuthConfig, purpose: Choice['purpose']): number {
    const byPurpose = { application: 8, tooling: 0, test: -8 }[purpose];
    return (
        byPurpose +
        (adapter?.name === 'zenstackAdapter' ? 4 : adapter !== undefined ? 1 : 0) +
        (isExported === true ? 1 : 0)
    );
}

/** `scripts/auth.ts`, `auth-cli.ts`, `better-auth.codegen.ts`. */
function toolingWord(file: string): string | undefined {
    const { dir, name } = path.parse(file);
    return [...dir.split(path.sep), ...name.split(/[^A-Za-z0-9]+/)].find((word) => TOOLING.test(word));
}
