import * as vscode from 'vscode';
import type { InsertOffer, InsertResult } from '../../shared/protocol.ts';
import { describeRemainder, renderDetails } from './insert-report.ts';
import { LOAD_TITLE } from './load-config.ts';
import type { Services } from './services.ts';

type Question = Extract<InsertResult, { kind: 'choose-extras' }>;

/** Where the choice of extras is remembered, for the workspace. */
const REMEMBERED = 'insert.extras';

type OfferItem = vscode.QuickPickItem & { offer?: InsertOffer };

/** The ids of what was chosen, or that the configuration is to be run first. */
export type ExtrasAnswer = { also: string[] } | 'load';

/**
 * Asks what else to insert, in view of what the plan does and leaves open. What was chosen of the extras is the
 * default next time in this workspace; a conflict's proposal is never taken by default.
 * Out: the answer; undefined when the user leaves.
 */
export async function pickExtras(
    { memory, pages }: Services,
    title: string,
    question: Question,
): Promise<ExtrasAnswer | undefined> {
    const { offers, summary, config } = question;
    const remembered = memory.get<Record<string, boolean>>(REMEMBERED, {});
    const picker = vscode.window.createQuickPick<OfferItem>();
    const load = { iconPath: new vscode.ThemeIcon('play'), tooltip: LOAD_TITLE };
    const details = { iconPath: new vscode.ThemeIcon('info'), tooltip: 'Show Details' };
    // There is room for a line each: what needs attention goes before what the preview shows anyway.
    picker.title = config ? `${title} (${config.release})` : title;
    picker.placeholder = [describeRemainder(question), summary, 'What else?'].filter(Boolean).join(' ');
    picker.canSelectMany = true;
    picker.matchOnDetail = true;
    picker.ignoreFocusOut = true;
    picker.items = [
        ...itemsOf(offers, 'extras', 'Also insert'),
        ...itemsOf(offers, 'conflicts', 'Conflicts: apply the proposal'),
    ];
    picker.selectedItems = picker.items.filter(({ offer }) => offer && isPicked(offer, remembered));
    picker.buttons = [details, ...(config && !config.loaded ? [load] : [])];
    const answer = await new Promise<ExtrasAnswer | undefined>((resolve) => {
        picker.onDidAccept(() => {
            resolve({ also: picker.selectedItems.flatMap(({ offer }) => (offer ? [offer.id] : [])) });
        });
        picker.onDidTriggerButton((button) => {
            if (button === load) resolve('load');
            else void pages.show('Better Auth Models', renderDetails(question, summary));
        });
        picker.onDidHide(() => {
            resolve(undefined);
        });
        picker.show();
    });
    picker.dispose();
    if (answer === undefined || answer === 'load') return answer;
    const extras = offers.filter(({ group }) => group === 'extras');
    const choice = Object.fromEntries(extras.map(({ id }) => [id, answer.also.includes(id)]));
    await memory.update(REMEMBERED, { ...remembered, ...choice });
    return answer;
}

function itemsOf(offers: readonly InsertOffer[], group: InsertOffer['group'], title: string): OfferItem[] {
    const own = offers.filter((offer) => offer.group === group);
    const separator = { label: title, kind: vscode.QuickPickItemKind.Separator };
    return own.length === 0
        ? []
        : [separator, ...own.map((offer) => ({ label: offer.label, detail: offer.detail, offer }))];
}

function isPicked({ id, group, picked }: InsertOffer, remembered: Readonly<Record<string, boolean>>): boolean {
    return group === 'extras' && (remembered[id] ?? picked);
}
