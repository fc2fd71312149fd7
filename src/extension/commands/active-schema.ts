import * as vscode from 'vscode';
import { isZModelLanguage } from '../languages.ts';
import { RefusedError } from './services.ts';

/**
 * Which schema a command is about.
 * In: the command's argument: a `Uri` from a menu, a URI as text from the server, or anything else.
 * Out: the URI as text: of the argument, else of the active editor when it shows a schema, else undefined.
 * Throws `RefusedError` for a schema that was never saved, since its application is found from its place.
 */
export function schemaUri(argument: unknown): string | undefined {
    if (argument instanceof vscode.Uri) return argument.toString();
    if (typeof argument === 'string') return vscode.Uri.parse(argument, true).toString();
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !isZModelLanguage(document.languageId)) return undefined;
    if (document.isUntitled) {
        throw new RefusedError('Save the schema first: the application is looked for around its file.');
    }
    return document.uri.toString();
}
