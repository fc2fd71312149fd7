import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { poll } from '../support/poll.ts';
import type { WorkbenchPage } from '../support/workbench-page.ts';
import { useWorkbench } from '../support/workbench.ts';

const schema = 'zenstack/schema.zmodel';
const broken = 'broken/schema.zmodel';

/** A schema as `zen init` leaves it: nothing of Better Auth yet, and a comment that has to stay. */
const emptySchema = `// Todo: our tables.

datasource db {
    provider = 'sqlite'
    url = 'file:./todo.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}
`;

/** Runs tests on a workbench of their own, with the sample after it was changed. */
function withWorkbench(prepare: (folder: string) => void, tests: (view: () => WorkbenchPage) => void): void {
    tests(useWorkbench({ prepare }));
}

describe('palette → preview → inserted', () => {
    withWorkbench(
        (folder) => {
            fs.writeFileSync(path.join(folder, schema), emptySchema);
            fs.rmSync(path.join(folder, 'broken'), { recursive: true });
        },
        (view) => {
            it('inserts the models that the configuration needs, after a preview', async () => {
                await view().openFile(schema);
                await view().runCommand('ZModel Auth: Insert Better Auth Models…');
                const offered = await view().checkBoxes('Comment on the new models');
                assert.deepEqual([...offered.values()], [false, true, false], [...offered.keys()].join(' | '));
                await view().toggleAndAccept('Comment on the new models');
                const preview = await view().refactorPreview();
                assert.ok(
                    preview.some((row) => row.includes('schema.zmodel')),
                    preview.join(' | '),
                );
                await view().showPreviewedChange();
                await view().screenshot('insert-preview');
                assert.equal(view().fileText(schema), emptySchema, 'nothing may be written before Apply');

                await view().endRefactorPreview('Apply');
                assert.match(await view().notificationText('Added'), /User.*Organization/);
                await view().screenshot('insert-done');

                const text = await view().editorText(schema);
                assert.ok(text.startsWith(emptySchema.trimEnd()), 'what was there has to stay');
                const models = ['User', 'Session', 'Account', 'Verification', 'Organization', 'Member', 'Invitation'];
                for (const model of models) assert.match(text, new RegExp(`^model ${model} \\{$`, 'm'));
            });

            it('says that everything is there when it runs again', async () => {
                const before = view().fileText(schema);
                await view().clearNotifications();
                await view().runCommand('ZModel Auth: Insert Better Auth Models…');
                assert.match(
                    await view().notificationText('Better Auth'),
                    /^Everything that Better Auth needs is there/,
                );
                await view().screenshot('insert-again');
                assert.equal(await view().editorText(schema), before);
            });
        },
    );
});

describe('palette → pick plugins → preview → apply → undo', () => {
    withWorkbench(
        (folder) => {
            fs.writeFileSync(path.join(folder, schema), emptySchema);
            for (const name of ['broken', 'src', 'test']) fs.rmSync(path.join(folder, name), { recursive: true });
        },
        (view) => {
            it('inserts nothing when the preview is discarded, or a question is left', async () => {
                await view().openFile(schema);
                await view().runCommand('ZModel Auth: Insert Better Auth Models…');
                await view().checkBoxes('organization');
                await view().page.keyboard.press('Escape');
                await view().runCommand('ZModel Auth: Insert Better Auth Models…');
                await view().checkBoxes('organization');
                await view().toggleAndAccept('organization');
                await view().checkBoxes('Comment on the new models');
                await view().toggleAndAccept();
                await view().refactorPreview();
                await view().endRefactorPreview('Discard');
                await view().notificationText('Nothing was inserted');
                assert.equal(await view().editorText(schema), emptySchema);
                await view().clearNotifications();
            });

            it('inserts the models of the plugins that were picked; one undo brings every byte back', async () => {
                await view().openFile(schema);
                await view().runCommand('ZModel Auth: Insert Better Auth Models…');
                await view().checkBoxes('organization');
                await view().toggleAndAccept('organization', 'username');
                await view().checkBoxes('Comment on the new models');
                await view().toggleAndAccept('Type Auth with @@auth');
                await view().refactorPreview();
                await view().endRefactorPreview('Apply');
                await view().notificationText('Added');
                const text = await view().editorText(schema);
                assert.match(text, /^model Invitation \{$/m);
                assert.match(text, /displayUsername/);
                assert.match(text, /^type Auth \{$/m);
                assert.match(text, /^\/\/ Better Auth's tables\./m);
                await view().screenshot('insert-picked');

                await view().undo();
                assert.equal(await view().editorText(schema), emptySchema);
            });

            it('remembers what was chosen besides', async () => {
                await view().clearNotifications();
                await view().runCommand('ZModel Auth: Insert Better Auth Models…');
                await view().checkBoxes('organization');
                await view().toggleAndAccept();
                const offered = await view().checkBoxes('Type Auth with @@auth');
                const type = [...offered].find(([label]) => label.includes('Type Auth'));
                assert.equal(type?.[1], true);
                await view().page.keyboard.press('Escape');
            });
        },
    );
});

describe('squiggle → light bulb → fixed', () => {
    withWorkbench(
        () => undefined,
        (view) => {
            it('makes a member optional that may be null', async () => {
                const before = view().fileText(broken);
                await view().openFile(broken);
                await view().goToText(broken, 'organizationId String // planted', 'organizationId S'.length);
                await view().waitForSquiggle('warning');
                const problems = await poll('the problem', async () => {
                    const rows = await view().problems();
                    return rows.some((row) => row.includes('context-member-nullable')) && rows;
                });
                assert.ok(problems.some((row) => row.includes('context-member-type')));

                await view().openFile(broken);
                await view().goToText(broken, 'organizationId String // planted', 'organizationId S'.length);
                assert.deepEqual(await view().quickFixes(), ['Make organizationId optional (String?)']);
                await view().screenshot('quick-fix');
                await view().page.keyboard.press('Escape');
                await view().quickFix('Make organizationId optional');
                await view().waitForProblemGone('context-member-nullable');
                await view().screenshot('quick-fix-done');

                const planted = 'organizationId String // planted';
                assert.equal(
                    await view().editorText(broken),
                    before.replace(planted, planted.replace('String', 'String?')),
                );
            });
        },
    );
});

describe('typing → suggest widget → snippet', () => {
    withWorkbench(
        () => undefined,
        (view) => {
            it('offers rules for tenants with the names of the schema, and inserts one', async () => {
                const before = view().fileText(schema);
                const place = '    @@index([ownerId])\n\n    // Nothing crosses the border';
                assert.ok(before.includes(place));
                await view().openFile(schema);
                await view().goToText(schema, place, '    @@index([ownerId])'.length);
                await view().page.keyboard.press('Enter');
                await view().typeText('@@');
                const offered = await view().suggestItems('@@deny tenant isolation');
                assert.ok(offered.includes('@@allow owner'), offered.join(' | '));
                await view().screenshot('suggest');
                await view().acceptSuggestion('@@deny tenant isolation');
                await view().waitForNoSquiggle('error');
                await view().screenshot('suggest-done');
                await view().page.keyboard.press('Escape');

                const inserted = (await view().editorText(schema)).replace(before.split(place)[0] ?? '', '');
                assert.match(
                    inserted,
                    /^ {4}@@index\(\[ownerId\]\)\n {4}@@deny\('all,post-update', [^\n]*auth\(\)\.organizationId/,
                );
            });
        },
    );
});
