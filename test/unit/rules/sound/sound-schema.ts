import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ContextShape } from '../../../../src/model/context-shape.ts';
import type { Counterexample } from '../../../../src/model/policy.ts';
import type { PolicyRequest } from '../../../support/request.ts';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/rules-sound');

/** A schema whose rules are right, with what shows it. */
export interface SoundSchema {
    /** Folder in `test/fixtures/rules-sound`. */
    name: string;
    /** What others than those concerned pass to `$setAuth`: signed in, without any relation to the rows. */
    strangers: readonly NonNullable<Counterexample['auth']>[];
    /** What is open on purpose, as `Model.operation`, to anonymous requests and to strangers. All else is refused. */
    anonymous?: readonly string[];
    stranger?: readonly string[];
    /** Requests of those concerned. For updates, every foreign key is tried as well: what it may not become is refused. */
    through: readonly PolicyRequest[];
    /** Foreign keys that those concerned may set to rows of others, on purpose: `Model.key`. */
    movable?: readonly string[];
    refused: readonly PolicyRequest[];
    /** Calls of an application that this schema is made for. */
    contexts?: readonly ContextShape[];
}

/** The files of a sound schema by name; the entry is `schema.zmodel`. */
export function readSound(name: string): Record<string, string> {
    const root = path.join(folder, name);
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.zmodel'));
    return Object.fromEntries(
        names.map((file) => [file.replaceAll('\\', '/'), readFileSync(path.join(root, file), 'utf8')]),
    );
}

/** Names of all folders with a sound schema. */
export function soundFolders(): string[] {
    return readdirSync(folder).sort();
}

/** A request in one line. `related` are rows by model. */
export function ask(
    auth: Counterexample['auth'],
    operation: PolicyRequest['operation'],
    model: string,
    row: PolicyRequest['row'],
    more: { set?: PolicyRequest['row']; related?: Record<string, PolicyRequest['row'][]> } = {},
): PolicyRequest {
    const related = Object.entries(more.related ?? {}).flatMap(([other, rows]) =>
        rows.map((each) => ({ model: other, row: each })),
    );
    return { auth, operation, model, row, related, ...(more.set && { update: more.set }) };
}
