import type { LangiumDocument } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction, CodeActionParams, Diagnostic } from 'vscode-languageserver';
import { applyFix } from '../fixes/index.ts';
import { syntaxBreakage } from '../fixes/verify.ts';
import { refactoringsAt } from '../refactor/index.ts';
import { servingConfigOf } from '../workspace/findings.ts';
import type { Application } from './application.ts';
import { DIAGNOSTIC_SOURCE, toWorkspaceEdit } from './convert.ts';
import type { FindingData } from './convert.ts';
import { formatRuleAction } from './format-rule.ts';
import type { Schemas } from './schemas.ts';

/** Quick fixes for our findings, of which everything that a fix needs is in the diagnostic's data, and refactorings of rules. */
export class AuthCodeActionProvider implements CodeActionProvider {
    readonly #schemas: Schemas;
    readonly #application: Application;
    readonly #log: (message: string) => void;
    readonly #formatsRules: boolean;

    /** `formatsRules`: rules are formatted by an action, since another extension formats the document. */
    constructor(schemas: Schemas, application: Application, log: (message: string) => void, formatsRules: boolean) {
        this.#schemas = schemas;
        this.#application = application;
        this.#log = log;
        this.#formatsRules = formatsRules;
    }

    getCodeActions(document: LangiumDocument, params: CodeActionParams): CodeAction[] {
        return [...this.#actions(params, document.uri.fsPath), ...this.#refactorings(document, params)];
    }

    #refactorings(document: LangiumDocument, { range, context }: CodeActionParams): CodeAction[] {
        const { uri, textDocument } = document;
        const isWanted = (kind: string): boolean =>
            context.only ? context.only.some((only) => kind === only || kind.startsWith(`${only}.`)) : true;
        if (!isWanted(CodeActionKind.RefactorExtract) && !isWanted(CodeActionKind.RefactorRewrite)) return [];
        const [entry] = this.#schemas.entriesOf(uri.toString());
        if (entry === undefined) return [];
        const view = this.#schemas.view(entry);
        const span = { start: textDocument.offsetAt(range.start), end: textDocument.offsetAt(range.end) };
        const format = this.#formatsRules && isWanted(CodeActionKind.RefactorRewrite);
        const formatted = format ? formatRuleAction(view, document, span) : undefined;
        const others = refactoringsAt(view, uri.fsPath, span).flatMap(
            ({ title, kind: sort, changes }): CodeAction[] => {
                const kind = sort === 'extract' ? CodeActionKind.RefactorExtract : CodeActionKind.RefactorRewrite;
                if (!isWanted(kind)) return [];
                const broken = syntaxBreakage(view, changes);
                if (broken !== undefined) {
                    this.#log(`"${title}" is not offered. ${broken}`);
                    return [];
                }
                return [{ title, kind, edit: toWorkspaceEdit(view, changes) }];
            },
        );
        return formatted ? [...others, formatted] : others;
    }

    /** The fixes for findings in a source file of the application. */
    inSource(params: CodeActionParams): CodeAction[] {
        return this.#actions(params, undefined);
    }

    #actions({ context }: CodeActionParams, file: string | undefined): CodeAction[] {
        if (context.only && !context.only.some((kind) => CodeActionKind.QuickFix.startsWith(kind))) return [];
        return context.diagnostics
            .filter((diagnostic) => diagnostic.source === DIAGNOSTIC_SOURCE)
            .flatMap((diagnostic) => this.#actionsFor(file, diagnostic));
    }

    #actionsFor(file: string | undefined, diagnostic: Diagnostic): CodeAction[] {
        const data = readData(diagnostic.data);
        if (!data) return [];
        const view = this.#schemas.view(data.entry);
        const config = servingConfigOf(view, this.#application.state(data.entry)?.facts);
        return data.fixes.flatMap((fix): CodeAction[] => {
            const sources = new Map<string, string>();
            const readSource = (source: string): string | undefined => {
                const content = this.#schemas.readSource(source);
                if (content !== undefined) sources.set(source, content);
                return content;
            };
            const changes = applyFix(fix.data, {
                view,
                file: file ?? view.entry,
                readSource,
                ...(config && { config }),
            });
            if (changes.length === 0) return [];
            const broken = syntaxBreakage(view, changes);
            if (broken !== undefined) {
                this.#log(`"${fix.title}" is not offered. ${broken}`);
                return [];
            }
            return [
                {
                    title: fix.title,
                    kind: CodeActionKind.QuickFix,
                    diagnostics: [diagnostic],
                    isPreferred: fix.preferred,
                    edit: toWorkspaceEdit(
                        { files: [...view.files, ...[...sources].map(([path, content]) => ({ file: path, content }))] },
                        changes,
                    ),
                },
            ];
        });
    }
}

/** Narrows what comes back from the client; a diagnostic of another version has no data that we know. */
function readData(data: unknown): FindingData | undefined {
    if (typeof data !== 'object' || data === null || !('entry' in data) || !('fixes' in data)) return undefined;
    return typeof data.entry === 'string' && Array.isArray(data.fixes) ? (data as FindingData) : undefined;
}
