import { renderAuthType } from '../insert/extras.ts';
import { appendTo } from '../insert/place.ts';
import { schemaStyles } from '../insert/schema-styles.ts';
import type { FixData } from '../model/fix.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';

/** Creates the type behind `auth()` at the end of a file of the schema. */
export function addAuthType(
    view: SchemaView,
    file: string,
    data: Extract<FixData, { kind: 'add-auth-type' }>,
): TextChange[] {
    const source = view.files.find((candidate) => candidate.file === file);
    const isTaken = [...view.declarations, ...view.enums, ...view.plugins].some(({ name }) => name === data.name);
    if (!source || isTaken) return [];
    const style = schemaStyles(view).of(file);
    return appendTo(source.content, [renderAuthType(data, style)], style).map((edit) => ({ file, ...edit }));
}
