import type { Finding } from '../model/finding.ts';
import type { SetupFacts } from '../model/setup.ts';
import type { Check } from './check.ts';

/** Under bun two major versions of chevrotain clash, and one of the two command lines ends with "non exhaustive match". */
export const chevrotainOverrideMissing: Check = ({ setup, isMainSchema, display }): Finding[] => {
    const bun = setup?.bun;
    if (!bun || !isMainSchema || bun.overridden || !clashes(bun)) return [];
    const { manifest, lockfile, chevrotain, wanted = '^11' } = bun;
    const versions = chevrotain ? ` (${chevrotain.join(' and ')})` : '';
    const start = { line: 0, character: 0 };
    return [
        {
            code: 'chevrotain-override-missing',
            severity: 'warning',
            file: manifest,
            span: { start: 0, end: 0 },
            message: `bun installs two versions of chevrotain${versions}, by which Better Auth's command line or ZenStack's ends with "non exhaustive match". Override chevrotain with "${wanted}" in ${display(manifest)}.`,
            related: [{ location: { file: lockfile, range: { start, end: start } }, message: 'The lockfile' }],
            fixes: [
                {
                    title: `Override chevrotain with ${wanted} in ${display(manifest)}`,
                    preferred: false,
                    data: { kind: 'add-override', manifest, name: 'chevrotain', version: wanted },
                },
            ],
        },
    ];
};

/** Whether two major versions are locked; where that can't be read, whether both command lines are installed. */
function clashes({ chevrotain, dependencies }: NonNullable<SetupFacts['bun']>): boolean {
    if (chevrotain) return new Set(chevrotain.map((version) => version.split('.')[0])).size > 1;
    return dependencies.includes('@better-auth/cli') && dependencies.includes('@zenstackhq/cli');
}
