import path from 'node:path';
import { runChecks } from '../src/checks/index.ts';
import type { ContextShape, ShapeMember } from '../src/model/context-shape.ts';
import { modelFacts } from '../src/suggest/model-facts.ts';
import { ruleSnippets } from '../src/suggest/rule-snippets.ts';
import { tenantColumns } from '../src/suggest/tenant-columns.ts';
import { parseSource } from '../src/zmodel/parse.ts';
import { buildSchemaView } from '../src/zmodel/view.ts';
import { median, tenantSchema } from './schemas.ts';

/** Medians in milliseconds of what our server does on one schema, each step alone. */
export interface StepTimes {
    models: number;
    parse: number;
    /** From the tree to the plain view. */
    view: number;
    checks: number;
    /** The rules that are offered in one model. */
    snippets: number;
}

const entry = path.resolve(import.meta.dirname, 'schema.zmodel');

function member(nullable: boolean): ShapeMember {
    return { type: { kind: 'string' }, text: 'string', optional: false, nullable, undefinable: false };
}

/** A call of `$setAuth` that passes what the schema declares. */
function contextShape(): ContextShape {
    const place = {
        file: path.resolve(import.meta.dirname, 'db.ts'),
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 9 } },
    };
    const members = { userId: member(false), organizationId: member(true), organizationRole: member(true) };
    return {
        argument: place,
        call: place,
        argumentText: 'context',
        typeText: 'Context',
        value: { kind: 'object', members, open: false },
        mayBeUndefined: true,
        mayBeNull: false,
        inTest: false,
        unknown: [],
    };
}

/**
 * Measures the steps, each round on a text of its own, so that nothing is remembered from the one before.
 * In: numbers of models, rounds of which the medians count. Out: one result per size.
 */
export function measureSteps(sizes: readonly number[], rounds: number): StepTimes[] {
    return sizes.map((models) => {
        const schema = tenantSchema(models);
        const samples: Omit<StepTimes, 'models'>[] = [];
        for (let round = -1; round < rounds; round += 1) {
            const sample = measureOnce(`${schema}// ${round}\n`, models);
            if (round >= 0) samples.push(sample);
        }
        const of = (key: keyof (typeof samples)[number]): number => median(samples.map((sample) => sample[key]));
        return { models, parse: of('parse'), view: of('view'), checks: of('checks'), snippets: of('snippets') };
    });
}

function measureOnce(content: string, models: number): Omit<StepTimes, 'models'> {
    let last = performance.now();
    const lap = (): number => {
        const before = last;
        last = performance.now();
        return last - before;
    };
    const parsed = parseSource(content);
    const parse = lap();
    const view = buildSchemaView(entry, [{ ...parsed, file: entry, imports: [] }]);
    const viewed = lap();
    const findings = runChecks({ view, contexts: [contextShape()], configs: [], isMainSchema: true, display: String });
    const checks = lap();
    const model = view.declarations.find(({ name }) => name === `Doc${Math.floor(models / 2)}`);
    const facts = model && modelFacts(view, model);
    const offered = facts ? [...ruleSnippets(facts), ...tenantColumns(view, model)] : [];
    const snippets = lap();
    if (findings.length > 0 || offered.length === 0) {
        throw new Error(`Findings: ${findings.map(({ message }) => message).join('; ')}; snippets: ${offered.length}`);
    }
    return { parse, view: viewed, checks, snippets };
}
