import * as vscode from 'vscode';
import type { StatusParams } from '../shared/protocol.ts';
import { LANGUAGE_IDS } from './languages.ts';

/** What the language status item shows, apart from texts. */
interface Look {
    severity: vscode.LanguageStatusSeverity;
    busy: boolean;
}

/**
 * Creates the item that shows, beside the language of a `.zmodel` editor, how the analysis is doing.
 * Out: the item, to be disposed by the caller, and the function that sets it.
 */
export function createStatus(): { item: vscode.LanguageStatusItem; show: (status: StatusParams) => void } {
    const item = vscode.languages.createLanguageStatusItem('zmodelAuth.status', [...LANGUAGE_IDS]);
    item.name = 'ZModel Auth';
    return {
        item,
        show(status) {
            const look = lookOf(status.state);
            item.severity = look.severity;
            item.busy = look.busy;
            item.text = status.message;
            item.detail = ['ZModel Auth', ...(status.details ?? [])].join(' · ');
            item.command = { command: 'zmodelAuth.showOutput', title: 'Show Output' };
        },
    };
}

function lookOf(state: StatusParams['state']): Look {
    switch (state) {
        case 'starting':
        case 'busy':
            return { severity: vscode.LanguageStatusSeverity.Information, busy: true };
        case 'ready':
            return { severity: vscode.LanguageStatusSeverity.Information, busy: false };
        case 'warning':
            return { severity: vscode.LanguageStatusSeverity.Warning, busy: false };
        case 'error':
            return { severity: vscode.LanguageStatusSeverity.Error, busy: false };
    }
}
