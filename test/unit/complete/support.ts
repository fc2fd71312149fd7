import fs from 'node:fs';
import path from 'node:path';
import type { ContextShape } from '../../../src/model/context-shape.ts';
import { complete } from '../../../src/suggest/complete/complete.ts';
import type { Candidate, Completion } from '../../../src/suggest/complete/candidate.ts';
import { locate } from '../../../src/suggest/complete/locate.ts';
import type { KnownRoles } from '../../../src/suggest/rule-snippets.ts';
import { findAssets } from '../../../src/zmodel/assets.ts';
import { CompletionViews } from '../../../src/zmodel/completion-view.ts';
import { libraryView } from '../../../src/zmodel/library-view.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { splitDeclarations } from '../../../src/zmodel/split.ts';

const FOLDER = path.resolve('/schema');
const ENTRY = path.join(FOLDER, 'schema.zmodel');

const assets = findAssets();
const [stdlib, policy] = [assets.stdlib, ...Object.values(assets.plugins)].map(
    (file) => parseSource(fs.readFileSync(file, 'utf8')).model,
);

/** What is known of an application in these tests: roles, and what its calls pass. */
export interface World {
    roles?: KnownRoles;
    contexts?: ContextShape[];
    /** Other files of the schema, by their path relative to the entry's folder. */
    files?: Record<string, string>;
    /** The file with the cursor, when it isn't the entry. */
    at?: string;
    importPaths?: string[];
}

/** Completion at `<|>` in the entry's text, or in another file. `views`: what was seen of the schema before. */
export function completeAt(marked: string, world: World = {}, views = new CompletionViews()): Completion | undefined {
    const offset = marked.indexOf('<|>');
    if (offset < 0) throw new Error(`No <|> in ${marked}`);
    const text = marked.replace('<|>', '');
    const at = world.at === undefined ? ENTRY : path.join(FOLDER, world.at);
    const files = new Map(
        Object.entries(world.files ?? {}).map(([name, content]) => [path.join(FOLDER, name), content]),
    );
    files.set(at, text);
    const located = locate(text, offset);
    const view = views.view(ENTRY, (file) => {
        const content = files.get(file);
        if (content === undefined) return undefined;
        return { file, content, chunks: splitDeclarations(content), ...(file === at && { cut: located.cut }) };
    });
    const hasPolicy = view.plugins.some(({ provider }) => provider === '@zenstackhq/plugin-policy');
    const library = libraryView([...(stdlib ? [stdlib] : []), ...(policy && hasPolicy ? [policy] : [])]);
    return complete(
        {
            file: at,
            text,
            offset,
            view,
            library,
            roles: world.roles ?? {},
            ...(world.contexts && { contexts: world.contexts }),
            importPaths: () => world.importPaths ?? [],
            display: (file) => path.basename(file),
        },
        located,
    );
}

/** The text after a candidate is accepted, with the places of a snippet still in it. */
export function accepted(marked: string, completion: Completion, { insert, replace }: Candidate): string {
    const text = marked.replace('<|>', '');
    const { start, end } = replace ?? completion.replace;
    return text.slice(0, start) + insert + text.slice(end);
}
