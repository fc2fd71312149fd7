import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
    activateExtension,
    findings,
    fixesFor,
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
        const [fix, ...others] = await fixesFor(document.uri, finding);
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

    it('stay away from the schema that has it right', async () => {
        const good = await openFile('zenstack/schema.zmodel');
        // The broken one is examined together with it: once that has its findings, so would this one.
        await waitForFinding(document, 'context-member-type', 'userId');
        assert.deepEqual(findings(good.document.uri), []);
    });
});
