import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DocumentState, URI } from 'langium';
import { NodeFileSystem } from 'langium/node';
import { findAssets } from '../../../src/zmodel/assets.ts';
import { createZModelLanguage } from '../../../src/zmodel/services.ts';
import type { ZModelLanguage } from '../../../src/zmodel/services.ts';

const SOURCE = "datasource db {\n    provider = 'sqlite'\n    url = 'file:./dev.db'\n}\n";
const MODEL = 'model User {\n    id String @id\n}\n';

describe('which schema a document belongs to', () => {
    let root: string;
    let language: ZModelLanguage;

    beforeEach(async () => {
        root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'zmodel-sets-')));
        write('a.zmodel', `import './common'\n${SOURCE}`);
        write('common.zmodel', MODEL);
        language = createZModelLanguage(NodeFileSystem, {
            assets: findAssets(),
            log: (message) => {
                throw new Error(message);
            },
        });
        await language.shared.workspace.WorkspaceManager.initializeWorkspace([
            { uri: URI.file(root).toString(), name: 'app' },
        ]);
    });

    afterEach(() => {
        fs.rmSync(root, { recursive: true, force: true });
    });

    function write(name: string, content: string): void {
        fs.writeFileSync(path.join(root, name), content);
    }

    async function update(changed: string[], deleted: string[] = []): Promise<void> {
        const uris = (names: string[]): URI[] => names.map((name) => URI.file(path.join(root, name)));
        await language.shared.workspace.DocumentBuilder.update(uris(changed), uris(deleted));
    }

    function entriesOf(name: string): ReturnType<ZModelLanguage['sets']['entriesOf']> {
        const document = language.sets.documents().get(path.join(root, name));
        assert.ok(document, name);
        return language.sets.entriesOf(document);
    }

    const names = (of: string): string[] => entriesOf(of).map(({ uri }) => path.basename(uri.fsPath));

    it('is found out once, until a document changes, comes or goes', async () => {
        const first = entriesOf('common.zmodel');
        assert.deepEqual(names('common.zmodel'), ['a.zmodel']);
        assert.equal(entriesOf('common.zmodel'), first);

        write('b.zmodel', `import './common'\n${SOURCE}`);
        await update(['b.zmodel']);
        assert.deepEqual(names('common.zmodel').sort(), ['a.zmodel', 'b.zmodel']);

        write('a.zmodel', SOURCE);
        await update(['a.zmodel']);
        assert.deepEqual(names('common.zmodel'), ['b.zmodel']);

        fs.rmSync(path.join(root, 'b.zmodel'));
        await update([], ['b.zmodel']);
        assert.deepEqual(names('common.zmodel'), ['common.zmodel']);
        assert.equal(entriesOf('common.zmodel'), entriesOf('common.zmodel'));
    });

    it('is the new one as soon as a text is read, before its names are resolved', async () => {
        assert.deepEqual(names('common.zmodel'), ['a.zmodel']);
        const seen: string[][] = [];
        const { DocumentBuilder } = language.shared.workspace;
        DocumentBuilder.onUpdate(() => {
            // Of the old tree.
            seen.push(names('common.zmodel'));
        });
        DocumentBuilder.onBuildPhase(DocumentState.Parsed, () => {
            seen.push(names('common.zmodel'));
        });
        write('a.zmodel', SOURCE);
        await update(['a.zmodel']);
        assert.deepEqual(seen, [['a.zmodel'], ['common.zmodel']]);
    });
});
