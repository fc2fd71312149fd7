import assert from 'node:assert/strict';
import { RequestRunner } from '../../../support/request.ts';
import type { PolicyRequest } from '../../../support/request.ts';
import { findingsIn } from '../../checks/support.ts';
import { hasCheck } from '../implemented.ts';
import { contentCases } from './cases/content.ts';
import { featureCases } from './cases/features.ts';
import { peopleCases } from './cases/people.ts';
import { tenantCases } from './cases/tenants.ts';
import { readSound, soundFolders } from './sound-schema.ts';
import type { SoundSchema } from './sound-schema.ts';

const subjects = [...tenantCases, ...contentCases, ...peopleCases, ...featureCases];

describe('sound rules', () => {
    it('every schema is tested, and there are at least thirty', () => {
        assert.deepEqual(subjects.map(({ name }) => name).sort(), soundFolders());
        assert.ok(subjects.length >= 30, String(subjects.length));
    });

    for (const subject of subjects) {
        const { name, contexts } = subject;
        describe(name, () => {
            it('is not complained about', () => {
                const files = readSound(name);
                for (const around of [{}, ...(contexts ? [{ contexts }] : [])]) {
                    const findings = findingsIn(files, around).filter(({ code }) => hasCheck(code));
                    const said = findings.map(({ code, message, file, span }) => ({
                        code,
                        message,
                        at: files[file.split('/').at(-1) ?? '']?.slice(span.start, span.end),
                    }));
                    assert.deepEqual(said, []);
                }
            });

            it('is sound on the real ORM', () => proveSound(subject));
        });
    }
});

/** Tries whoever has nothing to do with the rows on every model and operation, and the requests of those who have. */
async function proveSound(subject: SoundSchema): Promise<void> {
    const runner = await RequestRunner.load(readSound(subject.name));
    assert.deepEqual(await openTo(runner, [null]), [...(subject.anonymous ?? [])].sort(), 'open to anonymous requests');
    assert.deepEqual(
        await openTo(runner, subject.strangers),
        [...(subject.stranger ?? [])].sort(),
        'open to strangers',
    );
    for (const request of subject.through) {
        assert.equal((await runner.run(request)).kind, 'through', JSON.stringify(request));
    }
    for (const request of subject.refused) {
        assert.equal((await runner.run(request)).kind, 'refused', JSON.stringify(request));
    }
    const moved = new Set<string>();
    for (const request of subject.through.filter(({ operation }) => operation === 'update')) {
        for (const { key, move } of movesOf(runner, request)) {
            if ((await runner.run(move)).kind === 'through') moved.add(key);
        }
    }
    assert.deepEqual([...moved].sort(), [...(subject.movable ?? [])].sort(), 'foreign keys that may be set');
}

/** What one of some actors may do to a row whose optional keys are null, or that belongs to others. */
async function openTo(runner: RequestRunner, actors: readonly PolicyRequest['auth'][]): Promise<string[]> {
    const open = new Set<string>();
    for (const { name: model, keys } of runner.models) {
        const foreign = Object.fromEntries(keys.map(({ name }) => [name, runner.strange(model, name)]));
        for (const row of keys.some(({ optional }) => optional) ? [{}, foreign] : [{}]) {
            for (const operation of ['create', 'read', 'update', 'delete'] as const) {
                for (const auth of actors) {
                    const outcome = await runner.run({ operation, model, auth, row });
                    // A required column whose default nobody supplies: the database refuses.
                    const isRefused =
                        outcome.kind === 'refused' || (outcome.kind === 'throws' && /NOT NULL/.test(outcome.message));
                    if (!isRefused) open.add(`${model}.${operation}`);
                }
            }
        }
    }
    return [...open].sort();
}

/** The same update, with every foreign key set to a row of somebody else, and to null. */
function movesOf(runner: RequestRunner, request: PolicyRequest): { key: string; move: PolicyRequest }[] {
    const { model } = request;
    const keys = runner.models.find(({ name }) => name === model)?.keys ?? [];
    return keys
        .filter(({ name }) => !(request.update && name in request.update))
        .flatMap(({ name, optional }) =>
            [runner.strange(model, name), ...(optional ? [null] : [])]
                .filter((value) => request.row[name] !== value)
                .filter((value) => !(value === null && !(name in request.row)))
                .map((value) => ({ key: `${model}.${name}`, move: { ...request, update: { [name]: value } } })),
        );
}
