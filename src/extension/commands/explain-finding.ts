import * as vscode from 'vscode';
import { explainRequest } from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import type { Services } from './services.ts';

/**
 * Shows the page of a diagnostic code: of the argument (a code), else of the finding at the cursor,
 * else of the one that is picked from all codes.
 */
export async function explainFinding({ server, pages }: Services, argument: unknown): Promise<void> {
    const explain = (code: string) =>
        withPatience('looking up the explanation', (token) => server.request(explainRequest, { code }, token));

    const here = codesAtCursor();
    let code = typeof argument === 'string' ? argument : here.length === 1 ? here[0] : undefined;
    if (code === undefined) {
        const { codes } = await explain('');
        code = await pickCode(here, codes);
        if (code === undefined) return;
    }
    const { markdown, codes } = await explain(code);
    if (markdown === undefined) {
        void vscode.window.showWarningMessage(
            `There is no page about ${code}. ZModel Auth explains: ${codes.join(', ')}.`,
        );
        return;
    }
    await pages.show(code, markdown);
}

/** Out: the codes of our findings at the cursor, without repetition. */
function codesAtCursor(): string[] {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return [];
    const codes = vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter((each) => each.source === 'zmodel-auth' && each.range.contains(editor.selection.active))
        .map(({ code }) => String(typeof code === 'object' ? code.value : code));
    return [...new Set(codes)];
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
