import type { LangiumDocument } from 'langium';
import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction } from 'vscode-languageserver';
import { formatSource } from '../format/format.ts';
import { schemaStyles } from '../insert/schema-styles.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { ruleAt } from '../refactor/refactoring.ts';
import { toParsedSource } from '../zmodel/parse.ts';
import { toWorkspaceEdit } from './convert.ts';

/**
 * Formatting of a rule as a code action: for where the official extension formats documents, which leaves rules
 * as they are. Undefined when there is no rule at the place, or nothing to do.
 */
export function formatRuleAction(
    view: SchemaView,
    { uri, textDocument, parseResult }: LangiumDocument,
    span: Span,
): CodeAction | undefined {
    const file = uri.fsPath;
    const at = ruleAt(view, file, span);
    if (!at) return undefined;
    const { indent } = schemaStyles(view).of(file);
    const options = { tabSize: indent.startsWith('\t') ? 4 : indent.length, insertSpaces: !indent.startsWith('\t') };
    const source = toParsedSource(textDocument.getText(), parseResult);
    const changes = formatSource(source, options, at.rule.span);
    if (changes.length === 0) return undefined;
    return {
        title: 'Format rule',
        kind: CodeActionKind.RefactorRewrite,
        edit: toWorkspaceEdit(
            view,
            changes.map((change) => ({ file, ...change })),
        ),
    };
}
