import assert from 'node:assert/strict';
import type { AuthConfig, AuthConfigAnalysis } from '../../../src/model/auth-table.ts';
import type { ContextAnalysis } from '../../../src/model/context-shape.ts';
import { Application } from '../../../src/server/application.ts';
import type { AnalysisQuery } from '../../../src/worker/protocol.ts';
import { FileAccess } from '../../../src/zmodel/load.ts';
import { Workspace } from '../context/workspace.ts';

/** A question that the application has put, which the test answers. */
interface Asked {
    what: 'contexts' | 'configs';
    query: AnalysisQuery;
    signal: AbortSignal | undefined;
}

describe('the application behind a schema', () => {
    let workspace: Workspace;
    let asked: Asked[];
    let logs: string[];
    let application: Application;
    /** Questions that are prepared for wait for an abort. */
    let isAnswered: (asked: Asked) => boolean;

    beforeEach(() => {
        workspace = new Workspace({ 'package.json': '{ "name": "app" }', 'schema.zmodel': '', 'a.ts': '' });
        asked = [];
        logs = [];
        isAnswered = () => true;
        const ask = <T>(question: Asked, answer: T): Promise<T> => {
            asked.push(question);
            if (isAnswered(question)) return Promise.resolve(answer);
            return new Promise((_, reject) => {
                question.signal?.addEventListener('abort', () => {
                    reject(new Error('aborted'));
                });
            });
        };
        const start = { line: 0, character: 0 };
        const config: AuthConfig = {
            location: { file: workspace.path('auth.ts'), range: { start, end: start } },
            files: [workspace.path('auth.ts')],
            version: '1.0.0',
            id: { kind: 'application' },
            plugins: [],
            tables: [],
            unknown: [],
        };
        const contexts: ContextAnalysis = { contexts: [], unknown: [], files: ['a.ts', 'auth.ts'].map(at) };
        const configs: AuthConfigAnalysis = { configs: [config], unknown: [] };
        application = new Application(
            {
                contexts: (query, signal) => ask({ what: 'contexts', query, signal }, contexts),
                configs: (query, signal) => ask({ what: 'configs', query, signal }, configs),
            },
            {
                limit: () => workspace.root,
                accepts: () => true,
                analysis: () => ({ backend: 'workspace' }),
                schemas: () => new FileAccess(),
                overlays: () => ({}),
                log: (message) => logs.push(message),
            },
        );
    });

    afterEach(() => {
        workspace.remove();
    });

    function at(name: string): string {
        return workspace.path(name);
    }

    const fresh = (): Asked[] => asked.filter(({ query }) => query.fresh === true);

    it('has the compiler made ready for a source that it depends on, once', async () => {
        const entry = at('schema.zmodel');
        await application.refresh(entry);
        application.prepare(at('other.ts'));
        assert.deepEqual(fresh(), []);
        application.prepare(at('a.ts'));
        application.prepare(at('a.ts'));
        await Promise.resolve();
        assert.deepEqual(
            fresh().map(({ what }) => what),
            ['contexts'],
        );
    });

    it('has configurations read anew only when one of them is shown', async () => {
        await application.refresh(at('schema.zmodel'));
        application.prepare(at('auth.ts'));
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(
            fresh().map(({ what }) => what),
            ['contexts', 'configs'],
        );
    });

    it('gives up getting ready when there is a question', async () => {
        await application.refresh(at('schema.zmodel'));
        isAnswered = ({ query }) => query.fresh !== true;
        application.prepare(at('a.ts'));
        const [preparing] = fresh();
        assert.equal(preparing?.signal?.aborted, false);
        await application.refresh(at('schema.zmodel'));
        assert.equal(preparing.signal.aborted, true);
        assert.deepEqual(logs, []);
        assert.ok(application.state(at('schema.zmodel'))?.facts);
    });
});
