import assert from 'node:assert/strict';
import { findBorder } from '../../../src/suggest/tenant-borders.ts';
import { viewOf } from '../insert/support.ts';

const AUTH = `type Auth {
    userId         String  @id
    organizationId String?
    teamId         String?
    @@auth
}
`;

/** The border of `Note`, as `path (nullable, …)`, in a schema with these further models and fields of `Note`. */
function borderOf(fields: string, models = '', auth = AUTH): string | undefined {
    const view = viewOf(`${auth}${models}\nmodel Note {\n    id String @id\n${fields}\n}\n`);
    const note = view.declarations.find(({ name }) => name === 'Note');
    assert.ok(note);
    const border = findBorder(view, note);
    return border && `${border.path} (${border.nullable.join(', ')})`;
}

const model = (name: string, ...fields: string[]): string =>
    `model ${name} {\n    id String @id\n${fields.map((field) => `    ${field}\n`).join('')}}\n`;

const to = (name: string, optional = ''): string =>
    `${name.toLowerCase()}Id String${optional}\n${name.toLowerCase()} ${name}${optional} @relation(fields: [${name.toLowerCase()}Id], references: [id])`;

describe('where a row says its tenant', () => {
    it('in its own column before any other', () => {
        assert.equal(
            borderOf(
                `organizationId String?\n${to('Folder')}`,
                model('Folder', 'organizationId String', 'notes Note[]'),
            ),
            'organizationId (organizationId)',
        );
    });

    it('in a related row, with all that may be null on the way', () => {
        const folder = model('Folder', 'organizationId String?', 'notes Note[]');
        assert.equal(borderOf(to('Folder'), folder), 'folder.organizationId (folder.organizationId)');
        assert.equal(borderOf(to('Folder', '?'), folder), 'folder.organizationId (folderId, folder.organizationId)');
    });

    it('in the row that is always there, when there are several', () => {
        const models =
            model('Folder', 'organizationId String', 'notes Note[]') +
            model('Shelf', 'organizationId String', 'notes Note[]');
        assert.equal(borderOf(`${to('Folder', '?')}\n${to('Shelf')}`, models), 'shelf.organizationId ()');
    });

    it('at most two rows away, the nearest first', () => {
        const chain =
            model('Shelf', 'organizationId String', 'folders Folder[]') +
            model('Folder', to('Shelf'), 'pages Page[]') +
            model('Page', to('Folder'), 'notes Note[]');
        assert.equal(borderOf(to('Page'), chain), undefined);
        const folder = chain.replace('pages Page[]', 'pages Page[]\n    notes Note[]');
        assert.equal(borderOf(`${to('Folder')}\n${to('Page')}`, folder), 'folder.shelf.organizationId ()');
    });

    it('not in a team, which is a part of a tenant, nor in itself, nor in users, who belong to several', () => {
        assert.equal(borderOf('teamId String'), undefined);
        assert.equal(borderOf(`${to('Note', '?')}\nnotes Note[]`), undefined);
        assert.equal(borderOf(to('User'), model('User', 'organizationId String', 'notes Note[]')), undefined);
    });

    it('not in a column of another type, and nowhere when nothing declares auth()', () => {
        assert.equal(borderOf('organizationId Int'), undefined);
        assert.equal(borderOf('organizationId String', '', ''), undefined);
    });
});
