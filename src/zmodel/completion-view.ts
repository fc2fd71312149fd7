import { isDataModel, isDataSource, isEnum, isPlugin, isTypeDef } from '@zenstackhq/language/ast';
import type { AbstractDeclaration } from '@zenstackhq/language/ast';
import type { DeclarationView, FieldType, SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import { spanOf } from './cst.ts';
import { importsOf, resolveImportPath } from './load.ts';
import { parseSource } from './parse.ts';
import type { ParsedSource } from './parse.ts';
import { buildPolicySchema } from './policy-schema.ts';
import { splitDeclarations } from './split.ts';
import type { Chunk } from './split.ts';
import { parseTolerantly } from './tolerant-parse.ts';
import { declarationView, inheritedFields, literalField } from './view.ts';
import type { Names, SchemaSource } from './view.ts';

/** A file as it is now. */
export interface CurrentFile {
    /** Absolute path. */
    file: string;
    content: string;
    chunks: readonly Chunk[];
    /** What is being typed in it. */
    cut?: Span;
}

/** What one declaration says, with offsets into its file. Names of types are resolved anew for each view. */
interface Part {
    /** Where the declaration began when the offsets were last right. */
    base: number;
    declaration?: DeclarationView;
    enum?: SchemaView['enums'][number];
    plugin?: SchemaView['plugins'][number];
    datasource?: { name: string; provider: string; span: Span };
    imports: { path: string; span: Span }[];
    hasErrors: boolean;
}

/** A whole that no name belongs to: types are told by their names later. */
const NO_NAMES: Names = { kinds: new Map(), enums: new Map() };

/**
 * Views of schemas for completion, made from what parsed last: after an edit only the declaration that changed
 * is parsed, without what is being typed in it. What doesn't parse keeps its last good tree.
 */
export class CompletionViews {
    /** By file and text. What the last view of a file didn't use is forgotten. */
    readonly #parts = new Map<string, Map<string, Part>>();
    /** By file and name: what a declaration was when it last parsed as a whole. */
    readonly #lastGood = new Map<string, DeclarationView>();

    /** Takes over what is parsed already. In: the file's path and its parsed content. */
    seed(file: string, source: ParsedSource): void {
        const known = this.#parts.get(file) ?? new Map<string, Part>();
        this.#parts.set(file, known);
        const nodes = new Map(
            source.model.declarations.map((node) => [node.$cstNode ? spanOf(node.$cstNode).start : -1, node]),
        );
        for (const chunk of splitDeclarations(source.content)) {
            const node = nodes.get(chunk.start);
            const text = source.content.slice(chunk.start, chunk.end);
            const isBroken = source.syntaxErrors.some(({ start, end }) => end >= chunk.start && start <= chunk.end + 1);
            if (!node || isBroken || known.has(text)) continue;
            // Errors elsewhere in the file say nothing about it.
            const part = this.#read(node, { ...source, syntaxErrors: [], file, imports: [] }, chunk.start);
            if (part) known.set(text, part);
        }
    }

    /** True when little of a file would have to be parsed. */
    knows({ file, content, chunks }: CurrentFile): boolean {
        const known = this.#parts.get(file);
        const missing = chunks.filter(({ start, end }) => !known?.has(content.slice(start, end)));
        return missing.length <= 3;
    }

    /**
     * The view of a schema.
     * In: the entry's path, how a file's current content is got (undefined: there is none). Out: the view. What is
     * needed for findings only is left out of it: the uses of `auth()`, and the rules.
     */
    view(entry: string, read: (file: string) => CurrentFile | undefined): SchemaView {
        const view: SchemaView = {
            policies: () => buildPolicySchema(view, []),
            entry,
            files: [],
            plugins: [],
            enums: [],
            declarations: [],
            authDeclarations: [],
            authUses: [],
        };
        const seen = new Set<string>();
        const visit = (file: string): boolean => {
            if (seen.has(file)) return true;
            const current = read(file);
            if (!current) return false;
            seen.add(file);
            const parts = this.#partsOf(current);
            const imports = parts.flatMap((part) => part.imports);
            const source: SchemaView['files'][number] = {
                file,
                content: current.content,
                hasSyntaxErrors: parts.some(({ hasErrors }) => hasErrors),
                imports: [],
            };
            view.files.push(source);
            for (const part of parts) add(view, part, file);
            for (const imported of imports) {
                const resolved = resolveImportPath(file, imported.path);
                source.imports.push(visit(resolved) ? { ...imported, resolved } : imported);
            }
            return true;
        };
        visit(entry);
        resolve(view);
        return view;
    }

    #partsOf(current: CurrentFile): Part[] {
        const { file, content, chunks, cut } = current;
        const known = this.#parts.get(file) ?? new Map<string, Part>();
        const used = new Map<string, Part>();
        const parts = chunks.flatMap((chunk) => {
            const whole = content.slice(chunk.start, chunk.end);
            const text = cut ? without(whole, { start: cut.start - chunk.start, end: cut.end - chunk.start }) : whole;
            // Of two declarations with one text the second has no part of its own yet.
            const part = (used.has(text) ? undefined : known.get(text)) ?? this.#parse(file, text, chunk);
            if (!part) return [];
            shift(part, chunk.start);
            used.set(text, part);
            return [part];
        });
        // While something is typed, the declaration's text as a whole comes back when it is undone.
        for (const [text, part] of known) if (used.size < chunks.length + 20) setIfMissing(used, text, part);
        this.#parts.set(file, used);
        return parts;
    }

    #parse(file: string, text: string, chunk: Chunk): Part | undefined {
        const { source, dropped } = parseTolerantly(chunk.closed ? text : `${text}\n}`, parseSource);
        const [node] = source.model.declarations;
        const part = this.#read(node, { ...source, file, imports: [] }, 0, dropped);
        if (!part) return undefined;
        shift(part, chunk.start);
        return { ...part, hasErrors: dropped.length > 0 || source.syntaxErrors.length > 0 };
    }

    /** What a node says. `base`: where its declaration begins in the source's content; `dropped`: lines that don't parse. */
    #read(
        node: AbstractDeclaration | undefined,
        source: SchemaSource,
        base: number,
        dropped: readonly string[] = [],
    ): Part | undefined {
        const part: Part = {
            base,
            imports: node ? [] : importsOf(source.model),
            hasErrors: false,
        };
        if (!node?.$cstNode) return part.imports.length > 0 ? part : undefined;
        const { file } = source;
        const span = spanOf(node.$cstNode);
        if (isDataModel(node) || isTypeDef(node)) {
            const declaration = declarationView(node, source, source.content.length + 1, NO_NAMES);
            if (!declaration) return undefined;
            part.declaration = this.#keepGood(declaration, dropped, source.syntaxErrors.length > 0);
        } else if (isEnum(node))
            part.enum = { name: node.name, values: node.fields.map(({ name }) => name), file, span };
        else if (isPlugin(node)) {
            const provider = literalField(node, 'provider');
            part.plugin = { name: node.name, file, span, ...(provider !== undefined && { provider }) };
        } else if (isDataSource(node)) {
            const provider = literalField(node, 'provider');
            if (provider !== undefined) part.datasource = { name: node.name, provider, span };
        }
        return part;
    }

    /** Adds the fields whose lines don't parse as they were when they did. */
    #keepGood(declaration: DeclarationView, dropped: readonly string[], isBroken: boolean): DeclarationView {
        const key = `${declaration.file}\n${declaration.name}`;
        if (dropped.length === 0 && !isBroken) {
            this.#lastGood.set(key, declaration);
            return declaration;
        }
        const good = this.#lastGood.get(key);
        const names = new Set(dropped.map((line) => /^\s*(\w+)/.exec(line)?.[1]));
        const lost = (good?.ownFields ?? []).filter(
            ({ name }) => (names.has(name) || isBroken) && !declaration.ownFields.some((field) => field.name === name),
        );
        const ownFields = [...declaration.ownFields, ...lost.map((field) => ({ ...field }))];
        return { ...declaration, ownFields, fields: ownFields };
    }
}

function setIfMissing(map: Map<string, Part>, text: string, part: Part): void {
    if (!map.has(text)) map.set(text, part);
}

/** A text with a stretch of it made blank; line breaks stay. */
function without(text: string, { start, end }: Span): string {
    const from = Math.max(0, start);
    const to = Math.min(text.length, end);
    return from >= to ? text : text.slice(0, from) + text.slice(from, to).replace(/[^\n\r]/g, ' ') + text.slice(to);
}

/** Moves a part's offsets to where its declaration begins now. */
function shift(part: Part, base: number): void {
    const delta = base - part.base;
    part.base = base;
    if (delta === 0) return;
    const move = (span: Span): void => {
        span.start += delta;
        span.end += delta;
    };
    const { declaration } = part;
    if (declaration) {
        [declaration.span, declaration.nameSpan, declaration.bodySpan].forEach(move);
        for (const { span } of declaration.attributes) move(span);
        for (const field of declaration.ownFields) {
            [field.span, field.nameSpan, field.typeSpan].forEach(move);
            for (const { span } of field.attributes) move(span);
        }
    }
    if (part.enum) move(part.enum.span);
    if (part.plugin) move(part.plugin.span);
    if (part.datasource) move(part.datasource.span);
    for (const { span } of part.imports) move(span);
}

function add(view: SchemaView, part: Part, file: string): void {
    if (part.declaration) view.declarations.push(part.declaration);
    if (part.enum) view.enums.push(part.enum);
    if (part.plugin) view.plugins.push(part.plugin);
    const { datasource } = part;
    if (datasource && view.provider === undefined) {
        view.provider = datasource.provider;
        view.datasource = { name: datasource.name, file, span: datasource.span, providerSpan: datasource.span };
    }
}

/** Resolves the names of types, what is inherited, and the declaration behind `auth()`. */
function resolve(view: SchemaView): void {
    const enums = new Map(view.enums.map(({ name, values }) => [name, values]));
    const byName = new Map(view.declarations.map((declaration) => [declaration.name, declaration]));
    for (const declaration of view.declarations)
        for (const field of declaration.ownFields) field.type = resolveType(field.type, enums, byName);
    for (const declaration of view.declarations)
        declaration.fields =
            declaration.bases.length > 0 ? inheritedFields(declaration, byName) : declaration.ownFields;
    view.authDeclarations = view.declarations.filter(({ attributes }) =>
        attributes.some(({ name }) => name === '@@auth'),
    );
    const [marked] = view.authDeclarations;
    const user = byName.get('User');
    if (marked) view.auth = { declaration: marked, by: '@@auth' };
    else if (user && user.kind !== 'view') view.auth = { declaration: user, by: 'User' };
}

function resolveType(
    type: FieldType,
    enums: ReadonlyMap<string, string[]>,
    byName: ReadonlyMap<string, DeclarationView>,
): FieldType {
    if (type.kind === 'builtin' || type.kind === 'unsupported') return type;
    const { name, array, optional } = type;
    const values = enums.get(name);
    if (values)
        return type.kind === 'enum' && type.values === values ? type : { kind: 'enum', name, values, array, optional };
    const declaration = byName.get(name);
    const kind = declaration ? (declaration.kind === 'type' ? 'type' : 'model') : 'unresolved';
    return type.kind === kind ? type : { kind, name, array, optional };
}
