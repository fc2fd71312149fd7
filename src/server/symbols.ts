import {
    Attribute,
    DataField,
    DataModel,
    DataSource,
    Enum,
    EnumField,
    FunctionDecl,
    GeneratorDecl,
    Plugin,
    Procedure,
    TypeDef,
    isDataFieldAttribute,
    isDataModelAttribute,
} from '@zenstackhq/language/ast';
import type { DataFieldAttribute, DataModelAttribute } from '@zenstackhq/language/ast';
import type { AstNode, AstNodeDescription, LangiumDocument, LangiumDocuments } from 'langium';
import { DefaultDocumentSymbolProvider, DefaultNodeKindProvider, DefaultWorkspaceSymbolProvider } from 'langium/lsp';
import type { LangiumSharedServices } from 'langium/lsp';
import { SymbolKind } from 'vscode-languageserver';
import type { DocumentSymbol, WorkspaceSymbol } from 'vscode-languageserver';
import { RULE_ATTRIBUTES } from '../reading/operations.ts';
import { spanOf } from '../zmodel/cst.ts';
import { isLibrary } from '../zmodel/schema-sets.ts';

/** What an outline shows, by type of node. Langium's default lists all that has a name, as fields. */
const KINDS: Record<string, SymbolKind> = {
    [Attribute.$type]: SymbolKind.Function,
    [DataField.$type]: SymbolKind.Field,
    [DataModel.$type]: SymbolKind.Class,
    [DataSource.$type]: SymbolKind.Module,
    [Enum.$type]: SymbolKind.Enum,
    [EnumField.$type]: SymbolKind.EnumMember,
    [FunctionDecl.$type]: SymbolKind.Function,
    [GeneratorDecl.$type]: SymbolKind.Module,
    [Plugin.$type]: SymbolKind.Module,
    [Procedure.$type]: SymbolKind.Method,
    [TypeDef.$type]: SymbolKind.Struct,
};

export class SchemaNodeKindProvider extends DefaultNodeKindProvider {
    override getSymbolKind(node: AstNode | AstNodeDescription): SymbolKind {
        return KINDS['$type' in node ? node.$type : node.type] ?? SymbolKind.Property;
    }
}

/** A longer condition is cut off in an outline. */
const MAX_CONDITION = 80;

/** Declarations, their fields and rules, without parameters and argument names. */
export class SchemaDocumentSymbolProvider extends DefaultDocumentSymbolProvider {
    protected override getSymbol(document: LangiumDocument, node: AstNode): DocumentSymbol[] {
        if (isDataModelAttribute(node) || isDataFieldAttribute(node)) return ruleSymbol(document, node);
        return node.$type in KINDS ? super.getSymbol(document, node) : [];
    }

    override getSymbols(document: LangiumDocument): DocumentSymbol[] {
        return this.getChildSymbols(document, document.parseResult.value) ?? [];
    }
}

/** A rule by what it is about: `@@allow read,update`, with its condition. Nothing for other attributes. */
function ruleSymbol(
    { textDocument }: LangiumDocument,
    { decl, args, $cstNode: cst }: DataModelAttribute | DataFieldAttribute,
): DocumentSymbol[] {
    if (!cst || !RULE_ATTRIBUTES.has(decl.$refText)) return [];
    const [operations, condition] = args.map(({ $cstNode }) => $cstNode?.text.replaceAll(/\s+/g, ' ') ?? '');
    const { start, end } = spanOf(cst);
    const range = { start: textDocument.positionAt(start), end: textDocument.positionAt(end) };
    return [
        {
            name: `${decl.$refText} ${(operations ?? '').replaceAll(/['"\s]/g, '')}`.trim(),
            kind: SymbolKind.Key,
            ...(condition !== undefined && { detail: shorten(condition) }),
            range,
            selectionRange: { start: range.start, end: textDocument.positionAt(start + decl.$refText.length) },
        },
    ];
}

function shorten(text: string): string {
    return text.length > MAX_CONDITION ? `${text.slice(0, MAX_CONDITION - 1)}…` : text;
}

/** The user's own declarations; ZenStack's would bury them. */
export class SchemaWorkspaceSymbolProvider extends DefaultWorkspaceSymbolProvider {
    readonly #documents: LangiumDocuments;

    constructor(services: LangiumSharedServices) {
        super(services);
        this.#documents = services.workspace.LangiumDocuments;
    }

    protected override getWorkspaceSymbol(description: AstNodeDescription): WorkspaceSymbol | undefined {
        const document = this.#documents.getDocument(description.documentUri);
        return document && isLibrary(document) ? undefined : super.getWorkspaceSymbol(description);
    }
}
