import path from 'node:path';
import { readAuthConfigs } from '../src/better-auth/read.ts';
import { syntaxBreakage } from '../src/fixes/verify.ts';
import { planInsert } from '../src/insert/plan-insert.ts';
import type { AuthConfig } from '../src/model/auth-table.ts';
import { collectSources } from '../src/zmodel/load.ts';
import { parseSource } from '../src/zmodel/parse.ts';
import { buildSchemaView } from '../src/zmodel/view.ts';
import { median } from './schemas.ts';

/** Medians of one size of schema, in milliseconds, and what they amount to. */
export interface InsertTimes {
    /** Models of the schema before the insertion. */
    models: number;
    /** Parsing the schema. */
    parse: number;
    /** Reading the configuration from its source. */
    evaluate: number;
    view: number;
    plan: number;
    /** Parsing what is changed, so that nothing is offered that has a syntax error. */
    verify: number;
    /** What the preview takes from the first to the last, per time that parsing and evaluating take. */
    total: number;
}

const root = path.resolve(import.meta.dirname, '../samples/multi-tenant');
const configFile = path.join(root, 'src/auth.ts');
const entry = path.join(root, 'bench.zmodel');

const config = `import { zenstackAdapter } from '@zenstackhq/better-auth';
import { betterAuth } from 'better-auth';
import { admin, organization, twoFactor } from 'better-auth/plugins';
import { db } from './db.ts';

export const auth = betterAuth({
    database: zenstackAdapter(db, { provider: 'sqlite' }),
    user: { additionalFields: { locale: { type: 'string', defaultValue: 'en' } } },
    plugins: [organization({ teams: { enabled: true } }), admin(), twoFactor()],
});
`;

/**
 * Measures the preview of *Insert Better Auth Models* on schemas of several sizes, nothing cached.
 * In: numbers of models, rounds of which the medians count. Out: one result per size.
 */
export async function measureInsert(sizes: readonly number[], rounds: number): Promise<InsertTimes[]> {
    const results: InsertTimes[] = [];
    for (const models of sizes) {
        const content = schemaOf(models);
        const samples: Omit<InsertTimes, 'models' | 'total'>[] = [];
        // The first rounds load Better Auth and warm up what the server keeps warm.
        for (let round = -2; round < rounds; round += 1) {
            const sample = await measureOnce(content, round);
            if (round >= 0) samples.push(sample);
        }
        const of = (key: keyof (typeof samples)[number]): number => median(samples.map((sample) => sample[key]));
        const times = {
            parse: of('parse'),
            evaluate: of('evaluate'),
            view: of('view'),
            plan: of('plan'),
            verify: of('verify'),
        };
        const base = times.parse + times.evaluate;
        results.push({ models, ...times, total: (base + times.view + times.plan + times.verify) / base });
    }
    return results;
}

async function measureOnce(content: string, round: number): Promise<Omit<InsertTimes, 'models' | 'total'>> {
    let last = performance.now();
    const lap = (): number => {
        const now = performance.now();
        const time = now - last;
        last = now;
        return time;
    };
    const parsed = parseSource(content);
    const parse = lap();
    const auth = await readConfig(round);
    const evaluate = lap();
    const view = buildSchemaView(
        entry,
        collectSources(entry, { read: (file) => (file === entry ? parsed : undefined) }),
    );
    const viewed = lap();
    const { changes } = planInsert(view, auth);
    const plan = lap();
    const breakage = syntaxBreakage(view, changes);
    const verify = lap();
    if (changes.length === 0 || breakage !== undefined) throw new Error(breakage ?? 'Nothing was inserted.');
    return { parse, evaluate, view: viewed, plan, verify };
}

/** Reads the configuration anew: each round has another content, for which nothing is remembered. */
async function readConfig(round: number): Promise<AuthConfig> {
    const overlays = { [configFile]: `${config}// ${round} ${performance.now()}\n` };
    const { configs } = await readAuthConfigs({ root: path.dirname(configFile), overlays });
    const found = configs.find(({ location }) => location.file === configFile);
    if (!found) throw new Error('The configuration was not found.');
    return found;
}

/** A schema as applications have it: a user model, and models with relations, rules and comments. */
function schemaOf(models: number): string {
    const datasource = "datasource db {\n    provider = 'sqlite'\n    url      = 'file:./dev.db'\n}\n";
    const policy = "plugin policy {\n    provider = '@zenstackhq/plugin-policy'\n}\n";
    const numbers = Array.from({ length: models - 1 }, (_, index) => index);
    const backs = numbers.map((index) => `    items${index} Item${index}[]`).join('\n');
    const user = `/// Somebody who signs in.\nmodel User {\n    id    String @id @default(cuid())\n    email String @unique\n${backs}\n\n    @@allow('all', auth() == this)\n}\n`;
    return [datasource, policy, user, ...numbers.map(modelOf)].join('\n');
}

function modelOf(index: number): string {
    return `/// Number ${index} of what users own.
model Item${index} {
    id        String   @id @default(cuid())
    createdAt DateTime @default(now())
    updatedAt DateTime @updatedAt
    title     String   @length(1, 200)
    notes     String?  // free text
    position  Int      @default(0)
    done      Boolean  @default(false)
    owner     User     @relation(fields: [ownerId], references: [id], onDelete: Cascade)
    ownerId   String

    @@index([ownerId, position])
    @@allow('read', done || owner == auth())
    @@allow('create,update,delete', owner == auth() && position >= 0)
}
`;
}

/** Measures and prints the ratios, all from this one run. */
export async function runInsertBench(): Promise<void> {
    const results = await measureInsert([10, 100, 500], 9);
    console.log('Insert preview, as multiples of parsing the schema plus evaluating the configuration');
    for (const { models, parse, evaluate, view, plan, verify, total } of results) {
        const base = parse + evaluate;
        const share = (time: number): string => (time / base).toFixed(2);
        const steps = Object.entries({ parse, evaluate, view, plan, verify });
        console.log(`  ${models} models: ${total.toFixed(2)} (target: 1.50 at most)`);
        console.log(`      ${steps.map(([name, time]) => `${name} ${share(time)}`).join(' + ')}`);
    }
}

if (import.meta.main) await runInsertBench();
