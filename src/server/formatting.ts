import type { LangiumDocument } from 'langium';
import type { Formatter } from 'langium/lsp';
import type {
    DocumentFormattingParams,
    DocumentOnTypeFormattingOptions,
    DocumentOnTypeFormattingParams,
    DocumentRangeFormattingParams,
    TextEdit,
} from 'vscode-languageserver';
import { formatSource } from '../format/format.ts';
import type { FormatChange } from '../format/format.ts';
import { formatOnType, TRIGGERS } from '../format/on-type.ts';
import { toParsedSource } from '../zmodel/parse.ts';
import type { ParsedSource } from '../zmodel/parse.ts';

/** Formatting of schemas, whole, in part and while typing, in place of upstream's, which leaves rules as they are. */
export class SchemaFormatter implements Formatter {
    get formatOnTypeOptions(): DocumentOnTypeFormattingOptions {
        const [firstTriggerCharacter, ...moreTriggerCharacter] = TRIGGERS;
        return { firstTriggerCharacter, moreTriggerCharacter };
    }

    formatDocument(document: LangiumDocument, { options }: DocumentFormattingParams): TextEdit[] {
        return toEdits(document, formatSource(sourceOf(document), options));
    }

    formatDocumentRange(document: LangiumDocument, { options, range }: DocumentRangeFormattingParams): TextEdit[] {
        const part = {
            start: document.textDocument.offsetAt(range.start),
            end: document.textDocument.offsetAt(range.end),
        };
        return toEdits(document, formatSource(sourceOf(document), options, part));
    }

    formatDocumentOnType(document: LangiumDocument, params: DocumentOnTypeFormattingParams): TextEdit[] {
        const typed = { text: params.ch, offset: document.textDocument.offsetAt(params.position) };
        return toEdits(document, formatOnType(sourceOf(document), params.options, typed));
    }
}

function sourceOf({ textDocument, parseResult }: LangiumDocument): ParsedSource {
    return toParsedSource(textDocument.getText(), parseResult);
}

function toEdits({ textDocument }: LangiumDocument, changes: readonly FormatChange[]): TextEdit[] {
    return changes.map(({ start, end, text }) => ({
        range: { start: textDocument.positionAt(start), end: textDocument.positionAt(end) },
        newText: text,
    }));
}
