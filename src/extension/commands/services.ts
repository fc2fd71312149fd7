import type * as vscode from 'vscode';
import type { Pages } from '../pages.ts';
import type { Server } from '../server.ts';

/** What commands work with. */
export interface Services {
    log: vscode.LogOutputChannel;
    server: Server;
    pages: Pages;
    /** Choices that are remembered for the workspace. */
    memory: vscode.Memento;
}

/** A command has nothing to work on; the message says what to do, as a sentence. */
export class RefusedError extends Error {}

/** A command's implementation. Arguments come from menus, links and other extensions: they may be anything. */
export type CommandHandler = (services: Services, argument: unknown) => Promise<void> | void;
