import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import { readStyle, schemaStyle } from './style.ts';
import type { TextStyle } from './style.ts';

/** The writing habits of each file of a schema; those of the schema for a new file. */
export interface SchemaStyles {
    of: (file: string) => TextStyle;
}

/** Reads the habits of a schema's files, each once and when asked for. */
export function schemaStyles(view: SchemaView): SchemaStyles {
    const declarations = new Map<string, DeclarationView[]>();
    for (const declaration of view.declarations) {
        declarations.set(declaration.file, [...(declarations.get(declaration.file) ?? []), declaration]);
    }
    const declarationsOf = (file: string): DeclarationView[] => declarations.get(file) ?? [];
    const styles = new Map<string, TextStyle>();
    let common: TextStyle | undefined;
    return {
        of: (file) => {
            const known = styles.get(file);
            if (known) return known;
            common ??= schemaStyle(view.files, declarationsOf);
            const text = view.files.find((candidate) => candidate.file === file);
            const style = text ? readStyle(text, declarationsOf(file), common) : common;
            styles.set(file, style);
            return style;
        },
    };
}
