import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { poll } from '../support/poll.ts';
import { useWorkbench } from '../support/workbench.ts';

const schema = 'zenstack/schema.zmodel';

/** The themes that VS Code starts with, and what tells them apart in the page. */
const THEMES = [
    { name: 'light', mark: '.monaco-workbench.vs' },
    { name: 'dark', mark: '.monaco-workbench.vs-dark' },
];

describe('what helps to write and to read rules, in a light and in a dark theme', () => {
    const view = useWorkbench({
        prepare: (folder) => {
            fs.rmSync(path.join(folder, 'broken'), { recursive: true });
        },
        settings: {
            // As VS Code has it.
            'editor.snippetSuggestions': 'inline',
            'workbench.colorTheme': 'Default Light Modern',
            'workbench.preferredLightColorTheme': 'Default Light Modern',
            'workbench.preferredDarkColorTheme': 'Default Dark Modern',
        },
    });

    before(async () => {
        await view().openFile(schema);
    });

    for (const [index, { name, mark }] of THEMES.entries()) {
        it(`${name}: lines above models and hints tell who may do what`, async () => {
            if (index > 0) await view().runCommand('Preferences: Toggle between Light/Dark Themes');
            await view().page.locator(mark).waitFor();
            await view().goToText(schema, 'model Todo {');
            const lenses = view().page.locator('.editor-instance .codelens-decoration');
            await poll('a line above Todo', async () => {
                const texts = await lenses.allInnerTexts();
                return texts.some((text) => /read/i.test(text));
            });
            await view().screenshot(`aids-${name}-lens`);
        });

        it(`${name}: a hover says what a rule grants`, async () => {
            await view().goToText(schema, "@@allow('read'", 4);
            await view().runCommand('Show or Focus Hover');
            const hover = view().page.locator('.monaco-hover:visible');
            await hover.first().waitFor();
            await poll('words about the rule', async () => /may|can|allow/i.test(await hover.first().innerText()));
            await view().screenshot(`aids-${name}-hover`);
            await view().page.keyboard.press('Escape');
        });

        it(`${name}: members of auth(), operations and snippets are suggested while a rule is typed`, async () => {
            await view().goToText(schema, '\n    // Who runs the organization');
            await view().typeText("    @@allow('");
            const operations = await view().suggestItems('post-update');
            assert.equal(operations[0], 'read', operations.join(' | '));
            await view().screenshot(`aids-${name}-operations`);
            await view().page.keyboard.press('Escape');
            await view().typeText('read');
            await view().page.keyboard.press('ArrowRight');
            await view().typeText(', auth().');
            const members = await view().suggestItems('organizationId');
            assert.deepEqual(
                members.slice(0, 3),
                ['userId', 'organizationId', 'organizationRole'],
                members.join(' | '),
            );
            await view().screenshot(`aids-${name}-members`);
            await view().page.keyboard.press('Escape');
            await view().revert();
            await view().goToText(schema, '\n    // Who runs the organization');
            await view().typeText('    tenant');
            const snippets = await view().suggestItems('tenant');
            // The one that knows the model comes before those that any editor could have, but for the one of that very name.
            assert.deepEqual(snippets.slice(0, 2), ['tenant', '@@deny tenant isolation'], snippets.join(' | '));
            await view().screenshot(`aids-${name}-snippets`);
            await view().page.keyboard.press('Escape');
            await view().revert();
        });
    }
});
