import * as vscode from 'vscode';
import { LSPErrorCodes, ResponseError } from 'vscode-languageclient/node';
import { offerRestart, ServerDownError } from '../server.ts';
import { addTenantRules } from './add-tenant-rules.ts';
import { checkSetup } from './check-setup.ts';
import { explainFinding } from './explain-finding.ts';
import { COMMANDS, type CommandId } from './ids.ts';
import { insertAuthModels, insertAuthType, insertUserContext } from './insert-auth-models.ts';
import { restartServer } from './restart-server.ts';
import { RefusedError, type CommandHandler, type Services } from './services.ts';
import { showAccess } from './show-access.ts';
import { showContextShape } from './show-context-shape.ts';
import { showOutput } from './show-output.ts';

const HANDLERS: Record<CommandId, CommandHandler> = {
    'zmodelAuth.insertAuthModels': insertAuthModels,
    'zmodelAuth.insertAuthType': insertAuthType,
    'zmodelAuth.insertUserContext': insertUserContext,
    'zmodelAuth.addTenantRules': addTenantRules,
    'zmodelAuth.checkSetup': checkSetup,
    'zmodelAuth.showContextShape': showContextShape,
    'zmodelAuth.showAccess': showAccess,
    'zmodelAuth.explainFinding': explainFinding,
    'zmodelAuth.restartServer': restartServer,
    'zmodelAuth.showOutput': showOutput,
};

/** Registers every command. Out: what unregisters them. */
export function registerCommands(services: Services): vscode.Disposable {
    const ids = Object.keys(COMMANDS).filter((id): id is CommandId => id in HANDLERS);
    return vscode.Disposable.from(
        ...ids.map((id) =>
            vscode.commands.registerCommand(id, (argument: unknown) => runCommand(id, services, argument)),
        ),
    );
}

async function runCommand(id: CommandId, services: Services, argument: unknown): Promise<void> {
    const name = COMMANDS[id].replace('…', '');
    try {
        await HANDLERS[id](services, argument);
    } catch (error) {
        if (isCancellation(error)) {
            services.log.info(`${name}: cancelled`);
            return;
        }
        const reason = error instanceof Error ? error.message : String(error);
        if (error instanceof RefusedError) {
            void vscode.window.showWarningMessage(`${name}: ${reason}`);
            return;
        }
        services.log.error(`${name} failed`, error);
        if (error instanceof ServerDownError) {
            await offerRestart(`${name}: ${reason}`);
            return;
        }
        const choice = await vscode.window.showErrorMessage(`${name} failed: ${reason}`, 'Show Output');
        if (choice) services.log.show();
    }
}

function isCancellation(error: unknown): boolean {
    return (
        error instanceof vscode.CancellationError ||
        (error instanceof ResponseError &&
            (error.code === LSPErrorCodes.RequestCancelled || error.code === LSPErrorCodes.ServerCancelled))
    );
}
