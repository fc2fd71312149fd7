import type { LangiumDocument } from 'langium';
import type { CodeActionProvider } from 'langium/lsp';
import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction, CodeActionParams, Diagnostic } from 'vscode-languageserver';
import { applyFix } from '../fixes/index.ts';
import { changedContents, syntaxBreakage } from '../fixes/verify.ts';
import type { Finding } from '../model/finding.ts';
import type { FixData } from '../model/fix.ts';
import { refactoringsAt } from '../refactor/index.ts';
import { fixAll, isWanted, lineChanges, lostByFix } from '../workspace/fix-all.ts';
import { servingConfigOf } from '../workspace/findings.ts';
import type { Application } from './application.ts';
import { DIAGNOSTIC_SOURCE, toWorkspaceEdit } from './convert.ts';
import type { FindingData } from './convert.ts';
import type { Features } from './features.ts';
import { formatRuleAction } from './format-rule.ts';
import type { Schemas } from './schemas.ts';

/** All fixes of a file that are safe together: for *Fix All* and on save. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.zmodelAuth`;

/** Travels in an action whose edit is made when it is chosen. */
interface FixAllData {
    fixAll: true;
    entry: string;
    file: string;
    code?: string;
}

/** Quick fixes for our findings, of which everything that a fix needs is in the diagnostic's data, and refactorings of rules. */
export class AuthCodeActionProvider implements CodeActionProvider {
    readonly #schemas: Schemas;
    readonly #application: Application;
    readonly #log: (message: string) => void;
    readonly #formatsRules: boolean;
    readonly #features: Features;
    readonly #findings: (entry: string) => readonly Finding[] | undefined;

    /** `formatsRules`: rules are formatted by an action, since another extension formats the document. */
    constructor(parts: {
        schemas: Schemas;
        application: Application;
        log: (message: string) => void;
        formatsRules: boolean;
        features: Features;
        findings: (entry: string) => readonly Finding[] | undefined;
    }) {
        this.#schemas = parts.schemas;
        this.#application = parts.application;
        this.#log = parts.log;
        this.#formatsRules = parts.formatsRules;
        this.#features = parts.features;
        this.#findings = parts.findings;
    }

    getCodeActions(document: LangiumDocument, params: CodeActionParams): CodeAction[] {
        return [
            ...this.#actions(params, document.uri.fsPath),
            ...this.#fixesOfAll(document, params),
            ...this.#refactorings(document, params),
        ];
    }

    /** Completes an action whose edit takes several rounds of checks. */
    resolve(action: CodeAction): CodeAction {
        const asked = readFixAll(action.data);
        if (!asked) return action;
        const { entry, file, code } = asked;
        const view = this.#schemas.view(entry);
        const before = view.files.find((each) => each.file === file)?.content;
        if (before === undefined) return action;
        const { content, titles } = fixAll({
            view,
            facts: this.#application.state(entry)?.facts,
            file,
            ...(code !== undefined && { code }),
            base: this.#features.folderOf(entry) ?? '',
            severities: this.#features.settings.diagnostics.severity,
            viewWith: (contents) => this.#schemas.view(entry, contents),
        });
        this.#log(titles.length === 0 ? 'No fix is safe to apply with others.' : `Fixed: ${titles.join('; ')}`);
        return { ...action, edit: toWorkspaceEdit(view, lineChanges(file, before, content)) };
    }

    /** One action for all fixes in the file, where such are asked for, and one for each code that occurs again. */
    #fixesOfAll({ uri }: LangiumDocument, { context }: CodeActionParams): CodeAction[] {
        const [entry, ...others] = this.#schemas.entriesOf(uri.toString());
        const findings = entry === undefined ? undefined : this.#findings(entry);
        if (entry === undefined || others.length > 0 || !findings) return [];
        const file = uri.fsPath;
        const make = (title: string, kind: string, code?: string): CodeAction[] => {
            const data: FixAllData = { fixAll: true, entry, file, ...(code !== undefined && { code }) };
            const action: CodeAction = { title, kind, data };
            if (this.#features.canResolve) return [action];
            const whole = this.resolve(action);
            return Object.keys(whole.edit?.changes ?? {}).length > 0 ? [whole] : [];
        };
        if (context.only?.some((only) => FIX_ALL === only || FIX_ALL.startsWith(`${only}.`))) {
            const isAny = findings.some((finding) => isWanted(finding, file));
            return isAny ? make('Fix all safely fixable findings of ZModel Auth', FIX_ALL) : [];
        }
        if (context.only && !context.only.some((kind) => CodeActionKind.QuickFix.startsWith(kind))) return [];
        const here = context.diagnostics.filter(({ source }) => source === DIAGNOSTIC_SOURCE);
        return [...new Set(here.map(({ code }) => String(code)))].flatMap((code) => {
            const count = findings.filter((finding) => isWanted(finding, file, code)).length;
            return count > 1 ? make(`Fix all ${code} in this file`, CodeActionKind.QuickFix, code) : [];
        });
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
            const lost = isOfRule(fix.data)
                ? lostByFix(
                      view,
                      this.#schemas.view(data.entry, Object.fromEntries(changedContents(view, changes))),
                      String(diagnostic.code),
                      data.counterexample,
                  )
                : undefined;
            return [
                {
                    title: lost ? `${fix.title} (also refuses what is allowed now: ${lost.sentence})` : fix.title,
                    kind: CodeActionKind.QuickFix,
                    diagnostics: [diagnostic],
                    isPreferred: fix.preferred,
                    edit: toWorkspaceEdit(
                        { files: [...view.files, ...[...sources].map(([path, content]) => ({ file: path, content }))] },
                        changes,
                        undefined,
                        this.#schemas.uriOf,
                    ),
                },
            ];
        });
    }
}

/** A fix that changes what rules permit. */
function isOfRule({ kind }: FixData): boolean {
    return kind === 'edit-rule' || kind === 'add-rule' || kind === 'add-field-attribute';
}

function readFixAll(data: unknown): FixAllData | undefined {
    if (typeof data !== 'object' || data === null || !('fixAll' in data) || !('entry' in data) || !('file' in data)) {
        return undefined;
    }
    return typeof data.entry === 'string' && typeof data.file === 'string' ? (data as FixAllData) : undefined;
}

/** Narrows what comes back from the client; a diagnostic of another version has no data that we know. */
function readData(data: unknown): FindingData | undefined {
    if (typeof data !== 'object' || data === null || !('entry' in data) || !('fixes' in data)) return undefined;
    return typeof data.entry === 'string' && Array.isArray(data.fixes) ? (data as FindingData) : undefined;
}
