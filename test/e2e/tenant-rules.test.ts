import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { useWorkbench } from '../support/workbench.ts';

const schema = 'zenstack/schema.zmodel';
const COMMAND = 'ZModel Auth: Add Tenant Rules to Models…';

const text = `datasource db {
    provider = 'sqlite'
    url = 'file:./todo.db'
}

plugin policy {
    provider = '@zenstackhq/plugin-policy'
}

type Auth {
    userId           String  @id
    organizationId   String?
    organizationRole String?

    @@auth
}

model Organization {
    id    String @id
    notes Note[]
}

model Note {
    id             String        @id
    organizationId String?
    organization   Organization? @relation(fields: [organizationId], references: [id])
    remarks        Remark[]
}

model Remark {
    id     String @id
    noteId String
    note   Note   @relation(fields: [noteId], references: [id])
}

model Tag {
    id String @id
}
`;

describe('palette → models → grant → preview → tenant rules', () => {
    const view = useWorkbench({
        prepare: (folder) => {
            fs.writeFileSync(path.join(folder, schema), text);
            fs.rmSync(path.join(folder, 'broken'), { recursive: true });
        },
    });

    it('changes nothing when a question is left, or the preview is discarded', async () => {
        await view().openFile(schema);
        await view().runCommand(COMMAND);
        await view().checkBoxes('Remark');
        await view().page.keyboard.press('Escape');
        await view().runCommand(COMMAND);
        await view().checkBoxes('Remark');
        await view().toggleAndAccept();
        await view().pick('Read');
        await view().refactorPreview();
        await view().endRefactorPreview('Discard');
        await view().notificationText('Nothing was added');
        assert.equal(await view().editorText(schema), text);
        await view().clearNotifications();
    });

    it('offers the models with their reasons, and adds what is chosen in one step to undo', async () => {
        await view().runCommand(COMMAND);
        const offered = await view().checkBoxes('Remark');
        assert.deepEqual([...offered.values()], [false, true, true, false], [...offered.keys()].join(' | '));
        await view().screenshot('tenant-rules-models');
        await view().toggleAndAccept('Tag');
        await view().pick('Everything');
        const preview = await view().refactorPreview();
        assert.ok(
            preview.some((row) => row.includes('schema.zmodel')),
            preview.join(' | '),
        );
        await view().showPreviewedChange();
        await view().screenshot('tenant-rules-preview');
        assert.equal(view().fileText(schema), text, 'nothing may be written before Apply');
        await view().endRefactorPreview('Apply');
        assert.match(
            await view().notificationText('Added tenant rules'),
            /3 models \(Note, Remark, Tag\) and organizationId to 1 model \(Tag\)\. Rows of Tag that exist already/,
        );
        const changed = await view().editorText(schema);
        assert.match(changed, /@@deny\('all,post-update', .* \|\| auth\(\)\.organizationId != note\.organizationId/);
        assert.equal(changed.match(/@@allow\('all,post-update'/g)?.length, 3);
        await view().clearNotifications();
        await view().undo();
        assert.equal(await view().editorText(schema), text);
    });
});
