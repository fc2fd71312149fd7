import type { AnnotatedTextEdit, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { renameProperty } from '../checks/source-fixes.ts';
import { applyFix } from '../fixes/index.ts';
import type { ContextShape } from '../model/context-shape.ts';
import type { TextChange } from '../model/text.ts';
import { contextsOf } from '../workspace/findings.ts';
import type { Application } from './application.ts';
import { supplyOf } from './auth-member-uses.ts';
import type { MemberAt } from './auth-member-uses.ts';
import { toRange, toUri } from './convert.ts';
import type { Schemas } from './schemas.ts';

/** Edits by URI. */
type Edits = Map<string, (TextEdit | AnnotatedTextEdit)[]>;

const ANNOTATION = 'zmodel-auth-calls';

/** Renames a member of `auth()` with everything that goes by its name: rules and defaults, and on request the calls. */
export class AuthMemberRename {
    readonly #schemas: Schemas;
    readonly #application: Application;
    readonly #canConfirm: boolean;

    /** `canConfirm`: the editor lets the user confirm single edits. */
    constructor(schemas: Schemas, application: Application, canConfirm: boolean) {
        this.#schemas = schemas;
        this.#application = application;
        this.#canConfirm = canConfirm;
    }

    /**
     * In: the member, its new name, the edits that the language itself makes (references to the field elsewhere).
     * Out: those with every `auth().member` of all files, however broken, and, to be confirmed one by one, the
     * properties of the literals that calls of `$setAuth(…)` pass.
     */
    extend(member: MemberAt, to: string, base: WorkspaceEdit | undefined): WorkspaceEdit {
        const edits: Edits = new Map(Object.entries(base?.changes ?? {}));
        this.#addUses(member, to, edits);
        const sources = this.#canConfirm ? this.#sourceChanges(member, to) : [];
        if (sources.length === 0) return { changes: Object.fromEntries(edits) };
        for (const { file, ...change } of sources) {
            const range = toRange(this.#schemas.readSource(file) ?? '', change);
            add(edits, toUri(file), { range, newText: change.text, annotationId: ANNOTATION });
        }
        return {
            documentChanges: [...edits].map(([uri, each]): TextDocumentEdit => ({
                textDocument: { uri, version: null },
                edits: each,
            })),
            changeAnnotations: {
                [ANNOTATION]: {
                    label: 'Rename in $setAuth calls',
                    description: `What the application passes as ${member.name}`,
                    needsConfirmation: true,
                },
            },
        };
    }

    #addUses({ view, name, field }: MemberAt, to: string, edits: Edits): void {
        const uses = view.authUses.filter(({ path }) => path[0] === name);
        const declared = field ? [{ file: field.file, span: field.nameSpan }] : [];
        for (const { file, span } of [...declared, ...uses]) {
            const content = view.files.find((each) => each.file === file)?.content ?? '';
            add(edits, toUri(file), { range: toRange(content, span), newText: to });
        }
    }

    #sourceChanges({ view, name }: MemberAt, to: string): TextChange[] {
        const facts = this.#application.state(view.entry)?.facts;
        const contexts = facts ? contextsOf(view, facts) : [];
        return contexts.flatMap((shape) => this.#changesAt(shape, name, to, view));
    }

    #changesAt(shape: ContextShape, name: string, to: string, view: MemberAt['view']): TextChange[] {
        const { member } = supplyOf(shape, name);
        const renamed = member && renameProperty(shape, member, name, to);
        if (!renamed) return [];
        const readSource = (file: string): string | undefined => this.#schemas.readSource(file);
        return applyFix(renamed.fix, { view, file: shape.argument.file, readSource });
    }
}

/** Adds an edit, unless it is there. */
function add(edits: Edits, uri: string, edit: TextEdit | AnnotatedTextEdit): void {
    const present = edits.get(uri) ?? [];
    const { line, character } = edit.range.start;
    if (present.some(({ range: { start } }) => start.line === line && start.character === character)) return;
    edits.set(uri, [...present, edit]);
}
