import type { ZModelServices } from '@zenstackhq/language';
import { CstUtils, isCompositeCstNode } from 'langium';
import type { LangiumDocument } from 'langium';
import type { CompletionProvider, CompletionProviderOptions } from 'langium/lsp';
import { CompletionItemKind, InsertTextFormat } from 'vscode-languageserver';
import type { CancellationToken, CompletionItem, CompletionList, CompletionParams } from 'vscode-languageserver';
import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import { printType } from '../checks/types.ts';
import { modelFacts } from '../suggest/model-facts.ts';
import { ruleSnippets } from '../suggest/rule-snippets.ts';
import { tenantColumns } from '../suggest/tenant-columns.ts';
import type { Application } from './application.ts';
import { toRange } from './convert.ts';
import type { Schemas } from './schemas.ts';

/**
 * Completion: ours (rules for the model at the cursor, members of `auth()`), then the language's own
 * where it is on. Ours reads the text left of the cursor, since the text is broken while it is typed.
 */
export class AuthCompletionProvider implements CompletionProvider {
    readonly completionOptions: CompletionProviderOptions;
    readonly #schemas: Schemas;
    readonly #application: Application;
    readonly #base: CompletionProvider | undefined;

    constructor(schemas: Schemas, application: Application, base: CompletionProvider | undefined) {
        this.#schemas = schemas;
        this.#application = application;
        this.#base = base;
        const triggers = new Set([...(base?.completionOptions?.triggerCharacters ?? []), '@', '.']);
        this.completionOptions = { ...base?.completionOptions, triggerCharacters: [...triggers] };
    }

    async getCompletion(
        document: LangiumDocument,
        params: CompletionParams,
        token?: CancellationToken,
    ): Promise<CompletionList | undefined> {
        const inside = tokenAround(document, document.textDocument.offsetAt(params.position));
        if (inside?.endsWith('COMMENT')) return { isIncomplete: false, items: [] };
        const own = inside === 'STRING' ? [] : this.#own(document, params);
        const base = await this.#base?.getCompletion(document, params, token);
        return { isIncomplete: base?.isIncomplete ?? false, items: [...own, ...(base?.items ?? [])] };
    }

    #own(document: LangiumDocument, { position, textDocument }: CompletionParams): CompletionItem[] {
        const text = document.textDocument.getText();
        const offset = document.textDocument.offsetAt(position);
        const left = text.slice(document.textDocument.offsetAt({ line: position.line, character: 0 }), offset);
        const rule = /^[ \t]*(@{0,2}\w*)$/.exec(left)?.[1];
        const member = /\bauth\(\s*\)\.(\w*)$/.exec(left)?.[1];
        const typed = rule ?? member;
        if (typed === undefined) return [];
        const start = offset - typed.length;
        // The half-typed word is taken out, so that the rest of the declaration parses.
        const content = text.slice(0, start) + ' '.repeat(typed.length) + text.slice(offset);
        const file = document.uri.fsPath;
        const [entry] = this.#schemas.entriesOf(textDocument.uri);
        const view = this.#schemas.view(entry ?? file, { [file]: content });
        const range = { start: document.textDocument.positionAt(start), end: position };
        if (member !== undefined) return authMembers(view, range);
        const model = view.declarations.find(
            (candidate) => candidate.file === file && isBetweenMembers(candidate, start),
        );
        return model ? this.#rules(view, entry, model, range) : [];
    }

    #rules(
        view: SchemaView,
        entry: string | undefined,
        model: DeclarationView,
        range: CompletionItemRange,
    ): CompletionItem[] {
        const facts = modelFacts(view, model);
        const configs = entry === undefined ? [] : (this.#application.state(entry)?.facts?.configs.configs ?? []);
        const config = configs.length === 1 ? configs[0] : undefined;
        const roles = {
            ...(config?.organizationRoles && { organization: config.organizationRoles }),
            ...(config?.adminRoles && { admin: config.adminRoles }),
        };
        const snippets = [...(facts ? ruleSnippets(facts, roles) : []), ...tenantColumns(view, model)];
        const content = view.files.find(({ file }) => file === model.file)?.content ?? '';
        return snippets.map((snippet, index) => ({
            label: snippet.label,
            kind: CompletionItemKind.Snippet,
            detail: snippet.detail,
            documentation: {
                kind: 'markdown',
                value: `${snippet.documentation}\n\n\`\`\`zmodel\n${plain(snippet.text)}\n\`\`\``,
            },
            insertTextFormat: InsertTextFormat.Snippet,
            textEdit: { range, newText: snippet.text },
            filterText: snippet.filter,
            // Before the language's own items, which begin with digits or letters.
            sortText: `!${String(index).padStart(2, '0')}`,
            ...(snippet.changes && {
                additionalTextEdits: snippet.changes.map((change) => ({
                    range: toRange(content, change),
                    newText: change.text,
                })),
            }),
        }));
    }
}

type CompletionItemRange = { start: { line: number; character: number }; end: { line: number; character: number } };

/** Makes the composed provider for the services. */
export function createCompletion(
    services: ZModelServices,
    parts: { schemas: Schemas; application: Application },
    Base: (new (services: ZModelServices) => CompletionProvider) | undefined,
): CompletionProvider {
    return new AuthCompletionProvider(parts.schemas, parts.application, Base && new Base(services));
}

function authMembers(view: SchemaView, range: CompletionItemRange): CompletionItem[] {
    const declaration = view.auth?.declaration;
    return (declaration?.fields ?? []).map((field, index) => ({
        label: field.name,
        kind: CompletionItemKind.Field,
        detail: `${printType(field.type)} — ${declaration?.kind ?? ''} ${field.declaredIn}`,
        textEdit: { range, newText: field.name },
        sortText: `!${String(index).padStart(3, '0')}`,
    }));
}

/** True inside a model's braces and in none of its fields and attributes: where a new one may begin. */
function isBetweenMembers(declaration: DeclarationView, offset: number): boolean {
    if (declaration.kind !== 'model') return false;
    if (offset < declaration.bodySpan.start || offset > declaration.bodySpan.end) return false;
    const spans = [...declaration.ownFields, ...declaration.attributes].map(({ span }) => span);
    return !spans.some((span) => offset > span.start && offset < span.end);
}

/** The type of the token that an offset lies in; at the end of a line comment, which goes on there, the comment's. */
function tokenAround(document: LangiumDocument, offset: number): string | undefined {
    const root = document.parseResult.value.$cstNode;
    if (!root || !isCompositeCstNode(root)) return undefined;
    const leaf = CstUtils.findLeafNodeAtOffset(root, offset - 1);
    if (!leaf || leaf.offset >= offset) return undefined;
    const { name } = leaf.tokenType;
    const isLineComment = name.endsWith('COMMENT') && !leaf.text.startsWith('/*');
    return leaf.end > offset || (isLineComment && leaf.end === offset) ? name : undefined;
}

/** A snippet's text with placeholders replaced by what they begin with, for the documentation. */
function plain(text: string): string {
    return text
        .replace(/\$\{\d+\|((?:\\.|[^\\,|])*)(?:\\.|[^\\|])*\|\}/g, '$1')
        .replace(/\$\{\d+:((?:\\.|[^\\}])*)\}/g, '$1')
        .replace(/\$\d+/g, '')
        .replace(/\\([\\,|$}])/g, '$1');
}
