import { URI } from 'langium';
import { DiagnosticSeverity } from 'vscode-languageserver-protocol';
import type {
    AnnotatedTextEdit,
    Diagnostic,
    Location as LspLocation,
    TextEdit,
    WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { positionAt } from '../checks/places.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { FixData } from '../model/fix.ts';
import type { Counterexample } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Location, Position, Range, Span, TextChange } from '../model/text.ts';

/** What travels in `Diagnostic.data`, so that a code action needs no message and no look-up. */
export interface FindingData {
    /** Absolute path of the schema's entry file. */
    entry: string;
    fixes: { title: string; preferred: boolean; data: FixData }[];
    /** The request that shows the finding, for the page that explains it. */
    counterexample?: Counterexample;
}

export const DIAGNOSTIC_SOURCE = 'zmodel-auth';

const SEVERITY: Record<Severity, DiagnosticSeverity> = {
    error: DiagnosticSeverity.Error,
    warning: DiagnosticSeverity.Warning,
    information: DiagnosticSeverity.Information,
    hint: DiagnosticSeverity.Hint,
};

/** Encoded as the documents' URIs are, which differs from Node's for `@`, `[` or `(`: diagnostics of one file must meet under one URI. */
export function toUri(file: string): string {
    return URI.file(file).toString();
}

/** Gives the document of a path: one that was never saved has no file. */
export type UriOf = (file: string) => string;

export function toLspLocation(location: Location, uriOf: UriOf = toUri): LspLocation {
    return { uri: uriOf(location.file), range: location.range };
}

/** Offsets into a content to an LSP range. */
export function toRange(content: string, span: Span): Range {
    return { start: positionAt(content, span.start), end: positionAt(content, span.end) };
}

/** A finding as an LSP diagnostic; its place is computed from the view's content. */
export function toDiagnostic(view: SchemaView, finding: Finding, uriOf: UriOf = toUri): Diagnostic {
    const content = view.files.find((file) => file.file === finding.file)?.content ?? '';
    const { fixes, counterexample } = finding;
    const data: FindingData = { entry: view.entry, fixes, ...(counterexample && { counterexample }) };
    return {
        range: toRange(content, finding.span),
        severity: SEVERITY[finding.severity],
        code: finding.code,
        source: DIAGNOSTIC_SOURCE,
        message: finding.message,
        relatedInformation: finding.related.map((related) => ({
            location: toLspLocation(related.location, uriOf),
            message: related.message,
        })),
        data,
    };
}

/**
 * The findings about calls once more, at the calls.
 * Out: diagnostics by the absolute path of the source file; each points back to the schema.
 */
export function sourceDiagnostics(
    view: SchemaView,
    findings: readonly Finding[],
    uriOf: UriOf = toUri,
): Map<string, Diagnostic[]> {
    const byFile = new Map<string, Diagnostic[]>();
    for (const finding of findings) {
        const inSchema = toDiagnostic(view, finding, uriOf);
        for (const { location, message } of finding.places ?? []) {
            const diagnostic: Diagnostic = {
                ...inSchema,
                data: { entry: view.entry, fixes: fixesAt(finding, location) } satisfies FindingData,
                range: location.range,
                message,
                relatedInformation: [
                    { location: { uri: toUri(finding.file), range: inSchema.range }, message: finding.message },
                ],
            };
            byFile.set(location.file, [...(byFile.get(location.file) ?? []), diagnostic]);
        }
    }
    return byFile;
}

/** Edits of other calls are left out: they show there. */
function fixesAt({ fixes }: Finding, { file, range }: Location): Finding['fixes'] {
    return fixes.filter(({ data }) => {
        if (data.kind !== 'replace-source') return true;
        const { start, end } = data.unchanged.range;
        return data.file === file && !isAfter(start, range.start) && !isAfter(range.end, end);
    });
}

function isAfter(a: Position, b: Position): boolean {
    return a.line > b.line || (a.line === b.line && a.character > b.character);
}

/**
 * Text changes as an LSP workspace edit.
 * In: the files whose content the changes refer to; an annotation makes the editor ask before it applies
 * them (its refactor preview), and names the files that the edit creates; the documents of paths. Out: the edit;
 * files that aren't among them are taken for empty.
 */
export function toWorkspaceEdit(
    view: { files: readonly { file: string; content: string }[] },
    changes: readonly TextChange[],
    confirm?: { label: string; description: string; created?: readonly string[] },
    uriOf: UriOf = toUri,
): WorkspaceEdit {
    const byFile = new Map<string, (TextEdit | AnnotatedTextEdit)[]>();
    const id = 'zmodel-auth';
    for (const change of changes) {
        const content = view.files.find((file) => file.file === change.file)?.content ?? '';
        const edit = { range: toRange(content, change), newText: change.text };
        const edits = byFile.get(change.file) ?? [];
        edits.push(confirm ? { ...edit, annotationId: id } : edit);
        byFile.set(change.file, edits);
    }
    if (!confirm) return { changes: Object.fromEntries([...byFile].map(([file, edits]) => [uriOf(file), edits])) };
    const { created = [], ...annotation } = confirm;
    return {
        documentChanges: [
            ...created.map((file) => ({
                kind: 'create' as const,
                uri: uriOf(file),
                options: { ignoreIfExists: true },
                annotationId: id,
            })),
            ...[...byFile].map(([file, edits]) => ({ textDocument: { uri: uriOf(file), version: null }, edits })),
        ],
        changeAnnotations: { [id]: { ...annotation, needsConfirmation: true } },
    };
}
