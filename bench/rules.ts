import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import { loadWithKeptCode } from '../src/server/kept-code.ts';
import type * as RuleChecks from './rule-checks.ts';
import type { RuleTimes } from './rule-checks.ts';
import { median } from './schemas.ts';

/** Medians, in processes that have just started. */
export interface RuleMedians extends RuleTimes {
    /** The first run where V8 has what it compiled in an earlier process, as the packaged server does. */
    firstWithCode: number;
}

/**
 * Measures all checks on schemas whose every model has four rules, bundled as the server is: the first run, and those
 * after edits. In: numbers of models, how many processes of each kind. Out: one result per size. Throws when a
 * process fails.
 */
export async function measureRules(sizes: readonly number[], processes: number): Promise<RuleMedians[]> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-auth-rules-'));
    try {
        const script = await bundle(folder);
        return sizes.map((models) => {
            const code = path.join(folder, `${models}.code`);
            inProcess(models, script, code);
            const samples: RuleTimes[] = [];
            const later: RuleTimes[] = [];
            for (let round = 0; round < processes; round += 1) {
                samples.push(inProcess(models, script));
                later.push(inProcess(models, script, code));
            }
            const of = (key: keyof RuleTimes): number => median(samples.map((sample) => sample[key]));
            return {
                models,
                rules: of('rules'),
                parse: of('parse'),
                view: of('view'),
                first: of('first'),
                firstBusy: of('firstBusy'),
                firstWithCode: median(later.map(({ first }) => first)),
                viewAgain: of('viewAgain'),
                edit: of('edit'),
                findings: of('findings'),
            };
        });
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

async function bundle(folder: string): Promise<string> {
    const outfile = path.join(folder, 'rule-checks.cjs');
    await esbuild.build({
        entryPoints: [path.join(import.meta.dirname, 'rule-checks.ts')],
        outfile,
        bundle: true,
        format: 'cjs',
        platform: 'node',
        target: 'node22',
        mainFields: ['module', 'main'],
        minifyWhitespace: true,
        minifySyntax: true,
        logLevel: 'error',
        define: { 'import.meta.url': '__bundleUrl', 'import.meta.dirname': '__dirname' },
        banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    });
    return outfile;
}

function inProcess(models: number, script: string, code?: string): RuleTimes {
    const args = [import.meta.filename, String(models), script, ...(code === undefined ? [] : [code])];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`The measurement of rules failed: ${run.stderr}`);
    const answer: unknown = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '');
    if (!isRuleTimes(answer)) throw new Error(`The measurement of rules answered ${run.stdout}`);
    return answer;
}

function isRuleTimes(value: unknown): value is RuleTimes {
    return typeof value === 'object' && value !== null && 'first' in value && 'edit' in value;
}

/** What a process of its own does. In: the bundle, and where its compiled code is kept. */
function measureHere(models: number, script: string, code: string | undefined): RuleTimes {
    if (code === undefined) return (createRequire(script)(script) as typeof RuleChecks).measureRuleChecks(models);
    const { exports, keep } = loadWithKeptCode(script, code);
    const times = (exports as typeof RuleChecks).measureRuleChecks(models);
    keep?.();
    return times;
}

if (process.argv[1] === import.meta.filename) {
    const [models, script, code] = process.argv.slice(2);
    const result =
        script === undefined ? await measureRules([Number(models)], 5) : measureHere(Number(models), script, code);
    console.log(JSON.stringify(result));
}
