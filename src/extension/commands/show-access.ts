import * as vscode from 'vscode';
import { accessRequest } from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import { schemaUri } from './active-schema.ts';
import { RefusedError } from './services.ts';
import type { Services } from './services.ts';

/**
 * Shows who can read, create, update and delete the rows of a model, and by which rules: of the model that the
 * argument names (`ShowAccessArgument`), else of the one that is picked.
 */
export async function showAccess({ server, pages }: Services, argument: unknown): Promise<void> {
    const asked = readArgument(argument);
    const uri = asked?.uri ?? schemaUri(argument);
    const ask = (model: string | undefined) =>
        withPatience('finding out who can access it', (token) =>
            server.request(
                accessRequest,
                { ...(uri !== undefined && { uri }), ...(model !== undefined && { model }) },
                token,
            ),
        );
    let model = asked?.model;
    let answer = await ask(model);
    if (answer.message !== undefined) throw new RefusedError(answer.message);
    if (answer.markdown === undefined) {
        model = await vscode.window.showQuickPick(answer.models, {
            title: 'Show Who Can Access',
            placeHolder: 'A model',
        });
        if (model === undefined) return;
        answer = await ask(model);
    }
    if (answer.markdown === undefined || model === undefined) {
        throw new RefusedError(`${model ?? 'The model'} is not in the schema any more.`);
    }
    await pages.show(`Who can access ${model}`, answer.markdown);
}

function readArgument(argument: unknown): { uri: string; model: string } | undefined {
    if (typeof argument !== 'object' || argument === null || !('uri' in argument) || !('model' in argument)) {
        return undefined;
    }
    const { uri, model } = argument;
    return typeof uri === 'string' && typeof model === 'string' ? { uri, model } : undefined;
}
