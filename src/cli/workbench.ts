import fs from 'node:fs';
import type { SchemaView } from '../model/schema-view.ts';
import { applyChanges } from '../model/text.ts';
import type { TextChange } from '../model/text.ts';
import type { FileChange } from './write.ts';

/** Files as they would be after the fixes so far; the disk stays as it is. */
export class Workbench {
    /** Contents on disk of what was changed. */
    readonly #before = new Map<string, string | undefined>();
    readonly #after = new Map<string, string>();

    /** Every content that differs from the disk, by absolute path; with changes that aren't taken yet. */
    overlays(more?: ReadonlyMap<string, string>): Record<string, string> {
        return Object.fromEntries([...this.#after, ...(more ?? [])]);
    }

    /** The present content of a source file; undefined when there is none. */
    read(file: string): string | undefined {
        return this.#after.get(file) ?? (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined);
    }

    /** The contents that changes lead to, by absolute path. In: the view that the changes of schemas refer to. */
    results(view: SchemaView, changes: readonly TextChange[]): Map<string, string> {
        return new Map(
            [...Map.groupBy(changes, ({ file }) => file)].map(([file, list]) => {
                const content = view.files.find((each) => each.file === file)?.content ?? this.read(file) ?? '';
                return [file, applyChanges(content, list)] as const;
            }),
        );
    }

    /** Takes contents over. */
    take(view: SchemaView, contents: ReadonlyMap<string, string>): void {
        for (const [file, content] of contents) {
            if (!this.#before.has(file)) {
                const known = view.files.find((each) => each.file === file)?.content;
                this.#before.set(file, known ?? this.read(file));
            }
            this.#after.set(file, content);
        }
    }

    /** What differs from the disk. */
    changes(): FileChange[] {
        return [...this.#before]
            .map(([file, before]) => ({ file, before, after: this.#after.get(file) ?? '' }))
            .filter(({ before, after }) => before !== after);
    }
}

/** The contents that belong to the application and not to a schema. */
export function sourcesOf(overlays: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(overlays).filter(([file]) => !file.endsWith('.zmodel')));
}
