import assert from 'node:assert/strict';
import path from 'node:path';
import { URI } from 'langium';
import type { FileSystemNode } from 'langium';
import { NodeFileSystem } from 'langium/node';
import { findAssets } from '../../../src/zmodel/assets.ts';
import { createZModelLanguage } from '../../../src/zmodel/services.ts';
import { at, folder } from '../insert/support.ts';

const FILES: Record<string, string | Error> = {
    'schema.zmodel': `import './auth'\ndatasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n`,
    'auth.zmodel': 'model User {\n    id String @id\n}\n',
    'locked.zmodel': new Error('EACCES: permission denied'),
};

describe('the composed language services', () => {
    it('load a workspace although one of its files cannot be read, and say which', async () => {
        const logs: string[] = [];
        const disk = NodeFileSystem.fileSystemProvider();
        const read = (uri: URI): Promise<string> => {
            const content = FILES[path.basename(uri.fsPath)];
            if (content === undefined) return disk.readFile(uri);
            return typeof content === 'string' ? Promise.resolve(content) : Promise.reject(content);
        };
        const list = (): Promise<FileSystemNode[]> =>
            Promise.resolve(
                Object.keys(FILES).map((name) => ({ isFile: true, isDirectory: false, uri: URI.file(at(name)) })),
            );
        const { shared, sets } = createZModelLanguage(
            {
                fileSystemProvider: () =>
                    Object.assign(NodeFileSystem.fileSystemProvider(), { readFile: read, readDirectory: list }),
            },
            { assets: findAssets(), log: (message) => logs.push(message) },
        );
        await shared.workspace.WorkspaceManager.initializeWorkspace([
            { uri: URI.file(folder).toString(), name: 'app' },
        ]);
        assert.deepEqual([...sets.documents().keys()].sort(), [at('auth.zmodel'), at('schema.zmodel')]);
        assert.deepEqual(logs, [`${at('locked.zmodel')} is left out: EACCES: permission denied`]);
        const fragment = sets.documents().get(at('auth.zmodel'));
        assert.ok(fragment);
        assert.deepEqual(
            sets.entriesOf(fragment).map((entry) => entry.uri.fsPath),
            [at('schema.zmodel')],
        );
    });
});
