import * as vscode from 'vscode';
import { explainRequest } from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import type { Services } from './services.ts';

/**
 * Shows the page of a diagnostic code: of the argument (a code), else of the finding at the cursor, then with its
 * own counterexample, else of the one that is picked from all codes.
 */
export async function explainFinding({ server, pages }: Services, argument: unknown): Promise<void> {
    const explain = (code: string, data?: unknown) =>
        withPatience('looking up the explanation', (token) => server.request(explainRequest, { code, data }, token));

    const found = findingsAtCursor();
    const here = [...found.keys()];
    let code = typeof argument === 'string' ? argument : here.length === 1 ? here[0] : undefined;
    if (code === undefined) {
        const { codes } = await explain('');
        code = await pickCode(here, codes);
        if (code === undefined) return;
    }
    const { markdown, codes } = await explain(code, found.get(code));
    if (markdown === undefined) {
        void vscode.window.showWarningMessage(
            `There is no page about ${code}. ZModel Auth explains: ${codes.join(', ')}.`,
        );
        return;
    }
    await pages.show(code, markdown);
}

/** Out: our findings at the cursor, by code: the data of the innermost one with it. */
function findingsAtCursor(): Map<string, unknown> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return new Map();
    const { document, selection } = editor;
    const found = vscode.languages
        .getDiagnostics(document.uri)
        .filter((each) => each.source === 'zmodel-auth' && each.range.contains(selection.active))
        .sort((a, b) => (a.range.contains(b.range) ? -1 : 1))
        // The client's diagnostics keep what the server sent along.
        .map((each) => [codeOf(each), 'data' in each ? each.data : undefined] as const);
    return new Map(found);
}

function codeOf({ code }: vscode.Diagnostic): string {
    return String(typeof code === 'object' ? code.value : code);
}

async function pickCode(here: string[], all: string[]): Promise<string | undefined> {
    const picked = await vscode.window.showQuickPick(
        [
            ...here.map((label) => ({ label, description: 'at the cursor' })),
            ...all.filter((code) => !here.includes(code)).map((label) => ({ label })),
        ],
        { title: 'Explain Finding', placeHolder: 'A diagnostic code' },
    );
    return picked?.label;
}
