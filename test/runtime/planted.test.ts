import assert from 'node:assert/strict';
import path from 'node:path';
import { readAuthConfigs } from '../../src/better-auth/read.ts';
import { positionAt } from '../../src/checks/places.ts';
import { analyseContexts } from '../../src/context/analyse.ts';
import { applyFix } from '../../src/fixes/index.ts';
import { applyPlan } from '../support/verify-plan.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { SchemaView } from '../../src/model/schema-view.ts';
import { gatherFacts } from '../../src/workspace/facts.ts';
import type { ApplicationFacts } from '../../src/workspace/facts.ts';
import { findingsFor } from '../../src/workspace/findings.ts';
import { loadSchemaView } from '../../src/zmodel/load.ts';
import { validateSchema } from '../support/orm.ts';
import { repository } from './generate.ts';
import { proveAuthSchema } from './prove-auth-schema.ts';

const sample = path.join(repository, 'samples/multi-tenant');
const good = path.join(sample, 'zenstack/schema.zmodel');
const broken = path.join(sample, 'broken/schema.zmodel');
const rules = path.join(sample, 'broken/rules.zmodel');

/** `line code` of each `// planted: code` comment, one-based lines, sorted. */
function plantedIn(content: string): string[] {
    return content
        .split('\n')
        .map((line, index) => `${index + 1} ${line.split('// planted: ')[1]?.split(' ')[0] ?? ''}`)
        .filter((entry) => !entry.endsWith(' '))
        .sort();
}

describe("what is reported on the sample's schemas", function () {
    this.timeout(120_000);

    let facts: ApplicationFacts;

    before(async () => {
        const source = { contexts: analyseContexts, configs: readAuthConfigs };
        facts = await gatherFacts(source, { entry: broken, overlays: {}, types: true });
    });

    const check = (view: SchemaView): Finding[] => findingsFor(view, facts, { base: sample });

    it('is nothing on the good one', async () => {
        assert.deepEqual(check(await loadSchemaView(good)), []);
    });

    it('is each planted mistake on the broken one, where it stands, and nothing else', async () => {
        const view = await loadSchemaView(broken);
        const content = contentOf(view);
        const planted = plantedIn(content);
        assert.equal(planted.length, 6);
        const found = check(view).map(({ code, span }) => `${positionAt(content, span.start).line + 1} ${code}`);
        assert.deepEqual(found.sort(), planted);
    });

    it('is gone after the quick fixes, and the result satisfies ZenStack and Better Auth', async () => {
        const [config] = facts.configs.configs;
        assert.ok(config);
        let view = await loadSchemaView(broken);
        const fixed: string[] = [];
        for (let [finding] = check(view); finding; [finding] = check(view)) {
            const fix = finding.fixes.find(({ preferred }) => preferred);
            assert.ok(fix, `${finding.code} has a preferred fix`);
            const changes = applyFix(fix.data, { view, file: finding.file, config });
            assert.notDeepEqual(changes, [], fix.title);
            view = await loadSchemaView(broken, { overlays: applyPlan(view, { changes }) });
            fixed.push(finding.code);
            assert.ok(fixed.length <= 6, `no fix has to be applied twice: ${fixed.join(', ')}`);
        }
        assert.equal(fixed.length, 6);
        assert.deepEqual(await validateSchema(contentOf(view)), { errors: [], warnings: [] });
        await proveAuthSchema(contentOf(view));
    });

    it('is each planted mistake in the rules, of which ZenStack itself says nothing', async () => {
        const view = await loadSchemaView(rules);
        const content = contentOf(view);
        assert.deepEqual(await validateSchema(content), { errors: [], warnings: [] });
        const found = check(view).map(({ code, span }) => `${positionAt(content, span.start).line + 1} ${code}`);
        assert.deepEqual(found.sort(), plantedIn(content));
        const codes = new Set(found.map((entry) => entry.split(' ')[1]));
        assert.equal(codes.size, 16, 'no mistake is shown twice');
    });

    it('is gone from the rules after the quick fixes, where there is one', async () => {
        let view = await loadSchemaView(rules);
        const withoutFix = new Set<string>();
        for (let round = 0; round < 20; round += 1) {
            const finding = check(view).find(({ code }) => !withoutFix.has(code));
            if (!finding) break;
            // Where there are two readings, none is preferred.
            const [fix] = finding.fixes;
            if (!fix) {
                withoutFix.add(finding.code);
                continue;
            }
            const changes = applyFix(fix.data, { view, file: finding.file });
            assert.notDeepEqual(changes, [], fix.title);
            view = await loadSchemaView(rules, { overlays: applyPlan(view, { changes }) });
        }
        assert.deepEqual(
            check(view)
                .map(({ code }) => code)
                .sort(),
            ['model-denies-everything', 'rule-never-grants'],
        );
        assert.deepEqual(await validateSchema(contentOf(view)), { errors: [], warnings: [] });
    });
});

function contentOf(view: SchemaView): string {
    const [file] = view.files;
    assert.ok(file);
    return file.content;
}
