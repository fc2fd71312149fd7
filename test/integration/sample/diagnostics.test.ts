import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
    activateExtension,
    findings,
    fixesAt,
    openFile,
    replaceText,
    waitForFinding,
    waitForNoFinding,
    workspaceFile,
} from '../../support/extension-host.ts';

describe('findings in the editor', () => {
    let document: vscode.TextDocument;
    let original: string;

    before(async () => {
        await activateExtension();
        ({ document } = await openFile('broken/schema.zmodel'));
        original = document.getText();
    });

    afterEach(async () => {
        await replaceText(document, original);
    });

    it('say what the application passes differently, with the place in TypeScript', async () => {
        const finding = await waitForFinding(document, 'context-member-type', 'userId');
        assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
        assert.match(finding.message, /userId/);
        const [related] = finding.relatedInformation ?? [];
        assert.ok(related, 'no related information');
        assert.equal(related.location.uri.toString(), workspaceFile('src/context.ts').toString());
        const source = await vscode.workspace.openTextDocument(related.location.uri);
        assert.match(source.lineAt(related.location.range.start.line).text, /userId/);
    });

    it('vanish by their quick fix, which changes nothing else', async () => {
        const finding = await waitForFinding(document, 'context-member-nullable', 'organizationId');
        const [fix, ...others] = await fixesAt(document.uri, finding);
        assert.ok(fix, 'no fix is offered');
        assert.deepEqual(others, []);
        assert.ok(fix.edit, 'the fix has no edit');
        assert.ok(await vscode.workspace.applyEdit(fix.edit));
        await waitForNoFinding(document.uri, 'context-member-nullable');
        assert.equal(document.getText(), original.replace(/(organizationId +String)( \/\/ planted)/, '$1?$2'));
    });

    it('come back with the mistake', async () => {
        await replaceText(document, original.replace(/(organizationId +String)( \/\/ planted)/, '$1?$2'));
        await waitForNoFinding(document.uri, 'context-member-nullable');
        await replaceText(document, original);
        await waitForFinding(document, 'context-member-nullable', 'organizationId');
    });

    it('come and go with a mistake in the schema that has it right', async () => {
        const good = (await openFile('zenstack/schema.zmodel')).document;
        const right = good.getText();
        await replaceText(good, right.replace(/(organizationId +String)\?/, '$1 '));
        await waitForFinding(good, 'context-member-nullable', 'organizationId');
        await replaceText(good, right);
        await waitForNoFinding(good.uri, 'context-member-nullable');
        assert.deepEqual(findings(good.uri), []);
    });

    it('follow a source that is edited and not saved', async () => {
        const { document: good } = await openFile('zenstack/schema.zmodel');
        const { document: source } = await openFile('src/context.ts');
        const saved = source.getText();
        await replaceText(source, saved.replace('    userId: string;', '    userId: boolean;'));
        assert.ok(source.isDirty);
        await waitForFinding(good, 'context-member-type', 'userId');
        await replaceText(source, saved);
        await waitForNoFinding(good.uri, 'context-member-type');
        await vscode.commands.executeCommand('workbench.action.files.revert');
    });
});
