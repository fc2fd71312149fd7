import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';

/** Where a finding about a whole schema stands: at the datasource's provider, else at the first declaration. */
export function setupPlace(view: SchemaView): { file: string; span: Span } | undefined {
    const { datasource } = view;
    if (datasource) return { file: datasource.file, span: datasource.providerSpan };
    const [first] = view.declarations;
    return first && { file: first.file, span: first.nameSpan };
}
