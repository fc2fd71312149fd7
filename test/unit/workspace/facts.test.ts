import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ContextShape } from '../../../src/model/context-shape.ts';
import type { AnalysisQuery } from '../../../src/worker/protocol.ts';
import { callsOf, type FactSource, gatherFacts } from '../../../src/workspace/facts.ts';

const PLACE = { file: '', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } };

function call(name: string, schemaFile?: string): ContextShape {
    return {
        argument: PLACE,
        call: PLACE,
        argumentText: name,
        typeText: 'undefined',
        value: { kind: 'union', of: [] },
        mayBeUndefined: true,
        mayBeNull: false,
        inTest: false,
        unknown: [],
        ...(schemaFile !== undefined && { schemaFile }),
    };
}

describe('gatherFacts', () => {
    let root: string;
    let queries: AnalysisQuery[];

    function write(name: string, content: string): void {
        const file = path.join(root, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
    }

    function source(contexts: (folder: string) => ContextShape[]): FactSource {
        return {
            contexts: (query) => {
                queries.push(query);
                return Promise.resolve({ contexts: contexts(query.root), unknown: [], files: [] });
            },
            configs: () => Promise.resolve({ configs: [], unknown: [] }),
        };
    }

    async function calls(entry: string, contexts: (folder: string) => ContextShape[]): Promise<string[]> {
        const query = { entry: path.join(root, entry), overlays: {}, types: true };
        const facts = await gatherFacts(source(contexts), query);
        return facts.contexts.contexts.map(({ argumentText }) => argumentText);
    }

    beforeEach(() => {
        root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-facts-')));
        queries = [];
        write('package.json', '{ "workspaces": ["packages/*"] }');
        write('packages/a/package.json', '{}');
        write('packages/a/schema.zmodel', 'model A { id Int @id }');
    });

    afterEach(() => {
        fs.rmSync(root, { recursive: true, force: true });
    });

    it("counts no calls of another schema's client, and those whose client is unclear", () => {
        const entry = path.join(root, 'packages/a/schema.zmodel');
        const own = call('own', entry);
        const other = call('other', path.join(root, 'packages/a/audit/schema.zmodel'));
        const unclear = call('unclear');
        const counted = (contexts: ContextShape[]): ContextShape[] =>
            callsOf({ contexts, unknown: [], files: [] }, entry);
        assert.deepEqual(counted([own, other, unclear]), [own, unclear]);
        assert.deepEqual(counted([other, unclear]), [other, unclear], 'no client was generated from it');
        write('packages/a/schema.ts', '');
        assert.deepEqual(counted([other, unclear]), [unclear]);
    });

    it('takes from a monorepo with several schemas only what is certainly its own', async () => {
        write('packages/b/package.json', '{}');
        write('packages/b/schema.zmodel', 'model B { id Int @id }');
        const found = [call('own', path.join(root, 'packages/a/schema.zmodel')), call('unclear')];
        const inMonorepo = (folder: string): ContextShape[] => (folder === root ? found : []);
        assert.deepEqual(await calls('packages/a/schema.zmodel', inMonorepo), ['own']);
        assert.deepEqual(await calls('packages/b/schema.zmodel', inMonorepo), []);
    });

    it('takes from a monorepo with one schema all of them', async () => {
        const inMonorepo = (folder: string): ContextShape[] => (folder === root ? [call('unclear')] : []);
        assert.deepEqual(await calls('packages/a/schema.zmodel', inMonorepo), ['unclear']);
    });

    it('hands on how the calls are to be analysed', async () => {
        await gatherFacts(
            source(() => [call('x')]),
            {
                entry: path.join(root, 'packages/a/schema.zmodel'),
                overlays: {},
                types: true,
                analysis: { quick: true, backend: 'auto', cacheDir: '/cache' },
            },
        );
        assert.deepEqual(queries, [
            {
                root: path.join(root, 'packages/a'),
                overlays: {},
                types: true,
                quick: true,
                backend: 'auto',
                cacheDir: '/cache',
            },
        ]);
    });
});
