import path from 'node:path';
import type { SchemaFileView, SchemaView } from '../model/schema-view.ts';
import type { Draft } from './draft.ts';

/** An import line that a file needs. */
export interface NeededImport {
    file: string;
    /** As written between the quotes. */
    path: string;
}

/** How a file names another one: relative, with the extension when its other imports have it. */
function importPath(from: string, to: string, sample: readonly SchemaFileView[]): string {
    const relative = path.relative(path.dirname(from), to).split(path.sep).join('/');
    const known = sample.flatMap((file) => file.imports);
    const withExtension = known.length > 0 && known.every((imported) => imported.path.endsWith('.zmodel'));
    const bare = withExtension ? relative : relative.replace(/\.zmodel$/, '');
    return bare.startsWith('.') ? bare : `./${bare}`;
}

/**
 * Finds the imports that new fields and models need. In ZModel a name is visible in its own file and in
 * files that import that one directly.
 * In: the schema, the drafts, new files among theirs. Out: the missing imports; the entry imports a new
 * file so that it belongs to the schema.
 */
export function neededImports(view: SchemaView, drafts: readonly Draft[], newFile: string | undefined): NeededImport[] {
    const needed = new Map<string, NeededImport>();
    const byName = new Map(view.declarations.map((declaration) => [declaration.name, declaration.file]));
    for (const draft of drafts) byName.set(draft.name, draft.file);
    const add = (from: string, to: string): void => {
        const own = view.files.find((file) => file.file === from);
        if (from === to || own?.imports.some((imported) => imported.resolved === to)) return;
        const sample = own && own.imports.length > 0 ? [own] : view.files;
        needed.set(`${from}\n${to}`, { file: from, path: importPath(from, to, sample) });
    };
    if (newFile !== undefined) add(view.entry, newFile);
    for (const draft of drafts) {
        for (const { target } of draft.fields) {
            const to = target === undefined ? undefined : byName.get(target);
            if (to !== undefined) add(draft.file, to);
        }
    }
    return [...needed.values()];
}
