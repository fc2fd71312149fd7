import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { useWorkbench } from '../support/workbench.ts';
import type { WorkbenchOptions } from '../support/workbench.ts';
import type { WorkbenchPage } from '../support/workbench-page.ts';

const schema = 'zenstack/schema.zmodel';
const ran = 'src/ran';
const LOAD = 'Load the Real Configuration…';

/** Whether the admin plugin is there is known when it runs only, and that it ran is seen from a file. */
const config = `import fs from 'node:fs';
import { betterAuth } from 'better-auth';
import { admin, organization } from 'better-auth/plugins';

fs.writeFileSync(new URL('./ran', import.meta.url), '');
export const auth = betterAuth({
    secret: 'a',
    plugins: [organization(), ...(process.env.WITH_ADMIN === 'yes' ? [admin()] : [])],
});
`;

function prepare(folder: string): void {
    fs.writeFileSync(
        path.join(folder, schema),
        "datasource db {\n    provider = 'sqlite'\n    url = 'file:./a.db'\n}\n",
    );
    fs.writeFileSync(path.join(folder, 'src/auth.ts'), config);
    fs.writeFileSync(path.join(folder, '.env'), 'WITH_ADMIN=yes\n');
    fs.rmSync(path.join(folder, 'broken'), { recursive: true });
}

function withWorkbench(settings: WorkbenchOptions['settings'], tests: (view: () => WorkbenchPage) => void): void {
    tests(useWorkbench({ prepare, ...(settings && { settings }) }));
}

describe('the button that loads the real configuration', () => {
    withWorkbench(undefined, (view) => {
        it('asks, runs it, shows what differs, and goes on with the loaded tables', async () => {
            await view().openFile(schema);
            await view().runCommand('ZModel Auth: Insert Better Auth Models…');
            await view().checkBoxes('Comment on the new models');
            assert.match(await view().quickPickText(), /\(better-auth \d+\.\d+\.\d+, as installed\).*1 part of the/s);
            await view().screenshot('load-button');
            assert.equal(fs.existsSync(path.join(view().folder, ran)), false);
            await view().pressTitleButton(LOAD);
            await view().screenshot('load-question');
            const question = await view().answerDialog('Cancel');
            assert.match(question, /executes .*src\/auth\.ts and everything that it imports/);
            await view().checkBoxes('Comment on the new models');
            assert.equal(fs.existsSync(path.join(view().folder, ran)), false, 'nothing ran yet');

            await view().pressTitleButton(LOAD);
            await view().answerDialog('Run auth.ts');
            const differences = await view().answerDialog('Use the Loaded Tables');
            assert.match(differences, /user\.banReason is in the loaded configuration/);
            assert.equal(fs.existsSync(path.join(view().folder, ran)), true);
            await view().checkBoxes('Comment on the new models');
            await view().toggleAndAccept();
            const rows = await view().refactorPreview();
            await view().screenshot('load-preview');
            assert.ok(rows.length >= 8, `a row for the file and one for each model: ${rows.join(' | ')}`);
            await view().endRefactorPreview('Apply');
            await view().notificationText('Added');
            assert.match(await view().editorText(schema), /banReason/);
        });
    });
});

describe('the button that loads the real configuration, in an untrusted workspace', () => {
    const settings = {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
    };
    withWorkbench(settings, (view) => {
        it('explains itself and runs nothing, while all else works', async () => {
            await view().openFile(schema);
            await view().runCommand('ZModel Auth: Insert Better Auth Models…');
            await view().checkBoxes('Comment on the new models');
            await view().pressTitleButton(LOAD);
            assert.match(await view().notificationText('not trusted'), /src\/auth\.ts:6 is not run/);
            await view().screenshot('load-untrusted');
            assert.equal(fs.existsSync(path.join(view().folder, ran)), false);
        });
    });
});
