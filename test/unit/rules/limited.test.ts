import assert from 'node:assert/strict';
import { SQLITE_PRELUDE } from '../../support/orm.ts';
import { findingsIn } from '../checks/support.ts';

/** A rule whose `count` columns each have a say. */
function schema(count: number): string {
    const names = Array.from({ length: count }, (_, index) => `c${index}`);
    return `${SQLITE_PRELUDE}type Auth {
    id String @id
    @@auth
}

model Note {
    id String @id
    ownerId String?
${names.map((name) => `    ${name} Int?`).join('\n')}
    @@allow('read', ${names.map((name) => `(${name} == 1 || ${name} == 2)`).join(' && ')} && auth().id == ownerId)
}
`;
}

describe('a search with too much to try', () => {
    const limitedIn = (text: string): string[] => {
        const models = new Set<string>();
        findingsIn(text, { onLimited: (model) => models.add(model) });
        return [...models];
    };

    it('says so', () => {
        assert.deepEqual(limitedIn(schema(40)), ['Note']);
    });

    it('says nothing where everything was tried', () => {
        assert.deepEqual(limitedIn(schema(1)), []);
    });
});
