import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateExtension, extensionId, openFile } from '../../support/extension-host.ts';
import { poll } from '../../support/poll.ts';

interface Manifest {
    contributes: { commands: { command: string; title: string }[] };
}

describe('activation', () => {
    it('happens by itself in a workspace with a schema', async () => {
        const extension = vscode.extensions.getExtension(extensionId);
        assert.ok(extension, `${extensionId} is not installed`);
        await openFile('zenstack/schema.zmodel');
        await poll('activation', () => extension.isActive);
    });

    it('gives .zmodel files their language', async () => {
        const { document } = await openFile('zenstack/schema.zmodel');
        assert.equal(document.languageId, 'zmodel-v3');
    });

    it('registers every command that is contributed', async () => {
        const extension = await activateExtension();
        const { contributes } = extension.packageJSON as Manifest;
        assert.ok(contributes.commands.length >= 5);
        const registered = await vscode.commands.getCommands(true);
        for (const { command, title } of contributes.commands) assert.ok(registered.includes(command), title);
    });
});
