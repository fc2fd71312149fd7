import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { extensionId, openFile, waitForFinding } from '../../support/extension-host.ts';
import { poll } from '../../support/poll.ts';

describe('compiled code', () => {
    it("of the server is kept in the extension's storage", async () => {
        const dataDir = process.env['ZMODEL_AUTH_DATA_DIR'];
        assert.ok(dataDir !== undefined);
        const { document } = await openFile('broken/schema.zmodel');
        await waitForFinding(document, 'context-member-type', 'userId');
        await poll('the file', () =>
            fs
                .readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
                .some((file) => file.endsWith(path.join('globalStorage', extensionId, 'language-server.code'))),
        );
    });
});
