import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
    activateExtension,
    openFile,
    replaceText,
    waitForFinding,
    waitForNoFinding,
} from '../../support/extension-host.ts';
import { poll } from '../../support/poll.ts';

describe('language features', () => {
    let document: vscode.TextDocument;
    let original: string;

    before(async () => {
        await activateExtension();
        ({ document } = await openFile('zenstack/schema.zmodel'));
        original = document.getText();
    });

    afterEach(async () => {
        await replaceText(document, original);
    });

    /** The suggestions at the end of a text that is inserted before another one, once there are some of ours. */
    async function complete(typed: string, before: string): Promise<vscode.CompletionItem[]> {
        const offset = original.indexOf(before);
        assert.notEqual(offset, -1);
        await replaceText(document, original.slice(0, offset) + typed + original.slice(offset));
        const position = document.positionAt(offset + typed.length);
        return poll('suggestions', async () => {
            const list = await vscode.commands.executeCommand<vscode.CompletionList>(
                'vscode.executeCompletionItemProvider',
                document.uri,
                position,
            );
            return list.items.length > 0 && list.items;
        });
    }

    it('suggest rules for tenants, filled with the names of the schema', async () => {
        const items = await complete('    @@', '    // Nothing crosses the border');
        const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
        const rule = items[labels.findIndex((label) => label.includes('tenant'))];
        assert.ok(rule, labels.join(', '));
        const { insertText } = rule;
        const snippet = insertText instanceof vscode.SnippetString ? insertText.value : insertText;
        assert.match(snippet ?? '', /auth\(\)\.\S*organizationId/);
    });

    it('go to the definition of a model', async () => {
        const offset = original.indexOf('TodoList', original.indexOf('model Todo {'));
        const places = await poll('a definition', async () => {
            const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
                'vscode.executeDefinitionProvider',
                document.uri,
                document.positionAt(offset + 1),
            );
            return found.length > 0 && found;
        });
        const [place] = places;
        assert.ok(place);
        const range = 'targetRange' in place ? place.targetRange : place.range;
        assert.match(document.lineAt(range.start.line).text, /^model TodoList/);
    });

    it('format a schema', async () => {
        await replaceText(document, original.replace('model Session {\n    id ', 'model Session {\n            id '));
        const edits = await poll('formatting', async () =>
            vscode.commands.executeCommand<vscode.TextEdit[] | undefined>(
                'vscode.executeFormatDocumentProvider',
                document.uri,
                { insertSpaces: true, tabSize: 4 },
            ),
        );
        const edit = new vscode.WorkspaceEdit();
        edit.set(document.uri, edits);
        assert.ok(await vscode.workspace.applyEdit(edit));
        assert.match(document.getText(), /model Session \{\r?\n {4}id /);
    });

    it('report a syntax error where it is, and recover', async () => {
        const firstError = (): vscode.Diagnostic | undefined =>
            vscode.languages
                .getDiagnostics(document.uri)
                .find(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
        // What was typed before this test may be told a moment after it was taken back.
        await poll('no error to begin with', () => firstError() === undefined);
        await replaceText(document, original.replace('model Session {', 'model Session {{'));
        const error = await poll('a syntax error', firstError);
        assert.equal(document.lineAt(error.range.start.line).text, 'model Session {{');
        await replaceText(document, original);
        await poll('no error', () => vscode.languages.getDiagnostics(document.uri).length === 0);
    });
});

describe('Restart Server', () => {
    it('starts another server, which finds the same', async () => {
        const { document } = await openFile('broken/schema.zmodel');
        await waitForFinding(document, 'context-member-nullable');
        // Findings belong to the server that ends, and go with it.
        const restarted = vscode.commands.executeCommand('zmodelAuth.restartServer');
        await waitForNoFinding(document.uri, 'context-member-nullable');
        await restarted;
        await waitForFinding(document, 'context-member-nullable');
    });
});
