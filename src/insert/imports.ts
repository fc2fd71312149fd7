import path from 'node:path';
import type { SchemaFileView, SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { insertAtTop } from './place.ts';
import { quoted } from './render.ts';
import type { SchemaStyles } from './schema-styles.ts';
import type { TextStyle } from './style.ts';

/** An import line that a file needs. */
export interface NeededImport {
    file: string;
    /** As written between the quotes. */
    path: string;
}

/** A model that gets new fields: those that name another model have it as `target`. */
interface Extended {
    name: string;
    file: string;
    fields: readonly { target?: string | undefined }[];
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
 * In: the schema, the models, new files among theirs. Out: the missing imports; the entry imports a new
 * file so that it belongs to the schema.
 */
export function neededImports(view: SchemaView, drafts: readonly Extended[], newFile?: string): NeededImport[] {
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

/** A file's style with the quotes of its own imports. */
export function importStyle(view: SchemaView, file: string, styles: SchemaStyles): TextStyle {
    const known = view.files.find((candidate) => candidate.file === file);
    const start = known?.imports.at(-1)?.span.start;
    const quote = start === undefined ? undefined : known?.content.charAt(start);
    return { ...styles.of(file), ...(quote === "'" || quote === '"' ? { quote } : {}) };
}

/** Writes import lines into files that exist. In: the view, the imports. Out: an edit for each file. */
export function writeImports(view: SchemaView, imports: readonly NeededImport[], styles: SchemaStyles): TextChange[] {
    return [...new Set(imports.map(({ file }) => file))].flatMap((file) => {
        const known = view.files.find((candidate) => candidate.file === file);
        const style = importStyle(view, file, styles);
        const lines = imports
            .filter((needed) => needed.file === file)
            .map((needed) => `import ${quoted(needed.path, style)}`);
        return known ? [{ file, ...insertAtTop(known, lines, [], style) }] : [];
    });
}
