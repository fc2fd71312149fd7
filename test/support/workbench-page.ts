import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { resultsDir } from '../../scripts/lib/paths.ts';
import { poll } from './poll.ts';

export type SquiggleKind = 'error' | 'warning' | 'info' | 'hint';

/** Milliseconds that something in the workbench may take to appear. */
const patience = 20_000;

/** The page of a VS Code in the browser, by what a user does and sees there. Selectors are those of VS Code 1.139. */
export class WorkbenchPage {
    readonly page: Page;
    /** Absolute path of the folder that is open. */
    readonly folder: string;

    constructor(page: Page, folder: string) {
        this.page = page;
        this.folder = folder;
        page.setDefaultTimeout(patience);
    }

    /** Opens a file of the workspace (path relative to it) in an editor. */
    async openFile(name: string): Promise<void> {
        const file = path.join(this.folder, name);
        await this.page.keyboard.press('ControlOrMeta+p');
        // Named in full, the file is found by itself: of two with one name, a search may offer the other one first.
        await this.#quickInput().fill(file);
        // The list still shows the files opened last for a moment.
        const folder = path.dirname(name) === '.' ? '' : ` ${path.dirname(name)}`;
        await this.page.locator(`.monaco-list-row.focused[aria-label^="${path.basename(name)}${folder}"]`).waitFor();
        await this.page.keyboard.press('Enter');
        // The icon's class is the only thing in a tab that tells two files with one name apart.
        const icon = `.${path.basename(path.dirname(file)).toLowerCase()}-name-dir-icon`;
        await this.page.locator(`.tab.active ${icon}`, { hasText: path.basename(name) }).waitFor();
        await this.page.locator('.editor-instance .monaco-editor .view-line').first().waitFor();
    }

    /** Runs a command by its full title, e.g. `ZModel Auth: Restart Server`, from the palette. */
    async runCommand(title: string): Promise<void> {
        await poll(`${title} in the palette`, async () => {
            // The palette is filled when it opens: a command of an extension that starts just then isn't in it yet.
            await this.page.keyboard.press('Escape');
            await this.page.keyboard.press('F1');
            await this.#quickInput().fill(`>${title}`);
            await this.#quickPick(title).waitFor({ timeout: 2_000 });
            return true;
        });
        await this.page.keyboard.press('Enter');
    }

    /** Picks an entry of the quick pick that a command shows. */
    async pick(label: string): Promise<void> {
        await this.#quickPick(label).click();
    }

    /** Waits for a quick pick with check boxes. Returns the labels of its rows, and whether each is checked. */
    async checkBoxes(containing: string): Promise<Map<string, boolean>> {
        await this.#quickPick(containing).waitFor();
        const found = new Map<string, boolean>();
        for (const row of await this.page.locator('.quick-input-widget:visible .monaco-list-row').all()) {
            const checked = await row.getAttribute('aria-checked');
            if (checked !== null) found.set(await row.locator('.label-name').first().innerText(), checked === 'true');
        }
        return found;
    }

    /** Ends a quick pick with check boxes, after its rows with these labels were toggled. */
    async toggleAndAccept(...labels: string[]): Promise<void> {
        for (const label of labels) {
            // A row that the list has no room for exists only once it is searched for.
            await this.#quickInput().fill(label);
            await this.#quickPick(label).click();
        }
        await this.#quickInput().fill('');
        await this.#quickInput().press('Enter');
    }

    /** The title of the quick pick that shows, and what its input says while it is empty, a line each. */
    async quickPickText(): Promise<string> {
        const title = await this.page.locator('.quick-input-widget:visible .quick-input-title').innerText();
        return `${title}\n${(await this.#quickInput().getAttribute('placeholder')) ?? ''}`;
    }

    /** Presses a button in the title of the quick pick that shows. */
    async pressTitleButton(label: string): Promise<void> {
        await this.page.locator(`.quick-input-widget:visible .quick-input-titlebar [aria-label="${label}"]`).click();
    }

    /** Presses a button of the dialog that shows. Returns what the dialog said. */
    async answerDialog(button: string): Promise<string> {
        const dialog = this.page.locator('.monaco-dialog-box');
        await dialog.waitFor();
        const text = await dialog.locator('.dialog-message-container').innerText();
        await dialog.locator('.monaco-button', { hasText: button }).first().click();
        await dialog.waitFor({ state: 'detached' });
        return text;
    }

    /** Undoes the last step in the active editor. */
    async undo(): Promise<void> {
        await this.page.locator('.editor-instance .monaco-editor .view-line').first().click();
        await this.page.keyboard.press('ControlOrMeta+z');
    }

    /** Puts the cursor at a place in the active editor; line and column are one-based. */
    async goTo(line: number, column = 1): Promise<void> {
        await this.page.keyboard.press('Control+g');
        await this.#quickInput().fill(`:${line}:${column}`);
        await this.page.keyboard.press('Enter');
        const status = this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` });
        await status.waitFor();
    }

    /** Puts the cursor before the first occurrence of a text in a file that is open in the active editor, and saved. */
    async goToText(name: string, text: string, offset = 0): Promise<void> {
        const before = this.fileText(name).split(text)[0] ?? '';
        const lines = before.split('\n');
        await this.goTo(lines.length, (lines.at(-1)?.length ?? 0) + offset + 1);
    }

    /** Types at the cursor, key by key, as a user would: with completion and automatic brackets. */
    async typeText(text: string): Promise<void> {
        await this.page.keyboard.type(text, { delay: 30 });
    }

    /** Waits until the active editor underlines something. */
    async waitForSquiggle(kind: SquiggleKind): Promise<void> {
        await this.#squiggles(kind).first().waitFor({ state: 'attached' });
    }

    /** Waits until the active editor underlines nothing of this kind. */
    async waitForNoSquiggle(kind: SquiggleKind): Promise<void> {
        await poll(`no ${kind} squiggle`, async () => (await this.#squiggles(kind).count()) === 0);
    }

    /** What the Problems view lists, a text per row: files and problems. */
    async problems(): Promise<string[]> {
        await this.runCommand('Problems: Focus on Problems View');
        await this.page.locator('.markers-panel').waitFor();
        return this.#texts(this.page.locator('.markers-panel .monaco-list-row'));
    }

    /** Waits until no row of the Problems view, which has to be open, contains a text. */
    async waitForProblemGone(text: string): Promise<void> {
        const rows = this.page.locator('.markers-panel .monaco-list-row', { hasText: text });
        await poll(`no problem with ${text}`, async () => (await rows.count()) === 0);
    }

    /** The titles that the light bulb offers at the cursor; the menu stays open. */
    async quickFixes(): Promise<string[]> {
        await this.page.keyboard.press('ControlOrMeta+.');
        const menu = this.page.locator('.action-widget:not(.action-list-submenu-panel)');
        await menu.locator('.monaco-list-row.action').first().waitFor();
        return this.#texts(menu.locator('.monaco-list-row.action'));
    }

    /** Applies a fix that the light bulb offers at the cursor. */
    async quickFix(title: string): Promise<void> {
        const offered = await this.quickFixes();
        const row = this.page.locator('.action-widget .monaco-list-row.action', { hasText: title });
        if ((await row.count()) === 0) throw new Error(`No fix "${title}" is offered, but: ${offered.join(' | ')}`);
        await row.first().click();
    }

    /** Asks for suggestions at the cursor. Returns the visible labels, once one of them is the expected one. */
    async suggestItems(expected: string): Promise<string[]> {
        await this.page.keyboard.press('Control+Space');
        const labels = this.#suggestRows().locator('.label-name');
        // Sources answer one after the other, and the widget doesn't wait for the last one.
        await labels.filter({ hasText: expected }).first().waitFor();
        return this.#texts(labels);
    }

    /** Accepts a suggestion whose label contains a text. */
    async acceptSuggestion(label: string): Promise<void> {
        const wanted = this.#suggestRows().filter({ hasText: label });
        await wanted.first().waitFor();
        // A click selects the row; the key accepts what is selected.
        for (let step = 0; step < 50; step++) {
            const focused = this.page.locator('.suggest-widget.visible .monaco-list-row.focused');
            if ((await focused.count()) > 0 && (await focused.innerText()).includes(label)) {
                await this.page.keyboard.press('Enter');
                await this.#suggestRows().first().waitFor({ state: 'hidden' });
                return;
            }
            await this.page.keyboard.press('ArrowDown');
        }
        throw new Error(`The suggestion "${label}" could not be selected.`);
    }

    /** What the Refactor Preview lists, a text per row, once it is there. */
    async refactorPreview(): Promise<string[]> {
        const rows = this.page.locator('.bulk-edit-panel .monaco-list-row');
        await rows.first().waitFor();
        return this.#texts(rows);
    }

    /** Opens the first change that the Refactor Preview lists as a difference. */
    async showPreviewedChange(): Promise<void> {
        await this.page.locator('.bulk-edit-panel .monaco-list-row').nth(1).dblclick();
        await this.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    }

    /** Applies, or discards, what the Refactor Preview lists. */
    async endRefactorPreview(how: 'Apply' | 'Discard'): Promise<void> {
        await this.page.locator('.bulk-edit-panel .buttons .monaco-button', { hasText: how }).click();
        await this.page.locator('.bulk-edit-panel .monaco-list-row').first().waitFor({ state: 'hidden' });
    }

    /** The text of a notification that contains a text, once it shows. */
    async notificationText(containing = ''): Promise<string> {
        const toast = this.page.locator('.notification-toast', { hasText: containing }).first();
        await toast.waitFor();
        return (await toast.locator('.notification-list-item-message').innerText()).trim();
    }

    /** Closes all notifications, so that the next one is a new one. */
    async clearNotifications(): Promise<void> {
        await this.runCommand('Notifications: Clear All Notifications');
        await this.page.locator('.notification-toast').first().waitFor({ state: 'detached' });
    }

    /** Saves the active editor and returns what is on disk then. */
    async editorText(name: string): Promise<string> {
        await this.save();
        return this.fileText(name);
    }

    /** Saves the active editor and waits until it isn't dirty. */
    async save(): Promise<void> {
        await this.page.keyboard.press('ControlOrMeta+s');
        await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    }

    /** Gives up what was typed in the active editor. */
    async revert(): Promise<void> {
        await this.runCommand('File: Revert File');
        await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    }

    /** A file of the workspace as it is on disk. */
    fileText(name: string): string {
        return fs.readFileSync(path.join(this.folder, name), 'utf8');
    }

    /** Keeps a picture of the page as a test artefact. */
    async screenshot(name: string): Promise<void> {
        const folder = path.join(resultsDir, 'screenshots');
        fs.mkdirSync(folder, { recursive: true });
        await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
    }

    #quickInput(): Locator {
        return this.page.locator('.quick-input-widget:visible input').first();
    }

    #quickPick(label: string): Locator {
        return this.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: label }).first();
    }

    #squiggles(kind: SquiggleKind): Locator {
        return this.page.locator(`.editor-instance .monaco-editor .squiggly-${kind}`);
    }

    #suggestRows(): Locator {
        return this.page.locator('.suggest-widget.visible .monaco-list-row');
    }

    async #texts(rows: Locator): Promise<string[]> {
        const texts = await rows.allInnerTexts();
        return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
    }
}
