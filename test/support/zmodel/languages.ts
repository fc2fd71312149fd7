import path from 'node:path';
import { createZModelLanguageServices } from '@zenstackhq/language';
import {
    AstUtils,
    Cancellation,
    CstUtils,
    DocumentState,
    isAstNode,
    isMultiReference,
    isOperationCancelled,
    isReference,
    URI,
} from 'langium';
import type { AbstractDeclaration } from '@zenstackhq/language/ast';
import type { AstNode, CstNode, LangiumCoreServices, LangiumDocument, ReferenceDescription } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { NodeFileSystem } from 'langium/node';
import type { SchemaLinker } from '../../../src/zmodel/incremental/linker.ts';
import { findAssets } from '../../../src/zmodel/assets.ts';
import { createZModelLanguage } from '../../../src/zmodel/services.ts';

/** Where the files are said to lie: packages resolve from here. */
const FOLDER = path.join(import.meta.dirname, 'nowhere');

/** Services over files that are only in memory. */
export class MemoryLanguage {
    readonly #files: Map<string, string>;
    readonly shared: LangiumSharedServices;

    private constructor(shared: LangiumSharedServices, files: Map<string, string>) {
        this.shared = shared;
        this.#files = files;
    }

    /** Our services, or ZenStack's. In: the files' names and texts. Out: a language that has built them. */
    static async start(whose: 'ours' | 'upstream', texts: Readonly<Record<string, string>>): Promise<MemoryLanguage> {
        const files = new Map<string, string>();
        const disk = NodeFileSystem.fileSystemProvider();
        const readFile = (uri: URI): Promise<string> => {
            const text = files.get(uri.fsPath);
            return text === undefined ? disk.readFile(uri) : Promise.resolve(text);
        };
        const context = {
            fileSystemProvider: () => Object.assign(NodeFileSystem.fileSystemProvider(), { readFile }),
        };
        const { shared } =
            whose === 'ours'
                ? createZModelLanguage(context, { assets: findAssets(), log: () => undefined })
                : createZModelLanguageServices(context);
        const language = new MemoryLanguage(shared, files);
        await shared.workspace.WorkspaceManager.initializeWorkspace([]);
        for (const [name, text] of Object.entries(texts)) files.set(path.join(FOLDER, name), text);
        const documents = await Promise.all(
            [...files.keys()].map((file) => shared.workspace.LangiumDocuments.getOrCreateDocument(URI.file(file))),
        );
        await shared.workspace.DocumentBuilder.build(documents, { validation: true });
        // Plugins that were found while building are linked now.
        await language.update({});
        return language;
    }

    /** Takes over new texts, and builds; gives up after so many turns of the event loop, where there is a number. */
    async update(texts: Readonly<Record<string, string>>, turns = Infinity): Promise<void> {
        const changed = Object.entries(texts).map(([name, text]) => {
            this.#files.set(path.join(FOLDER, name), text);
            return this.#uri(name);
        });
        const source = new Cancellation.CancellationTokenSource();
        const built = this.shared.workspace.DocumentBuilder.update(changed, [], source.token).catch(
            (error: unknown) => {
                if (!isOperationCancelled(error)) throw error;
            },
        );
        if (turns < Infinity) {
            for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
            source.cancel();
        }
        await built;
    }

    #uri(name: string): URI {
        return URI.file(path.join(FOLDER, name));
    }

    document(name: string): LangiumDocument {
        const document = this.shared.workspace.LangiumDocuments.getDocument(this.#uri(name));
        if (!document) throw new Error(`There is no ${name}.`);
        return document;
    }

    /** How one of our declarations is linked: the same object as long as it isn't linked anew. */
    linkOf(declaration: AbstractDeclaration): unknown {
        const { Linker } = this.#services(AstUtils.getDocument(declaration)).references;
        return (Linker as SchemaLinker).linkOf(declaration);
    }

    /** References to a declaration. */
    references(target: AbstractDeclaration): ReferenceDescription[] {
        const { AstNodeLocator } = this.#services(AstUtils.getDocument(target)).workspace;
        const { IndexManager } = this.shared.workspace;
        return IndexManager.findAllReferences(target, AstNodeLocator.getAstNodePath(target)).toArray();
    }

    #services({ uri }: LangiumDocument): LangiumCoreServices {
        return this.shared.ServiceRegistry.getServices(uri);
    }

    /** Diagnostics of a document, one line each, in order of their places. */
    diagnostics(name: string): string[] {
        const document = this.document(name);
        if (document.state < DocumentState.Validated) throw new Error(`${name} isn't built.`);
        return (document.diagnostics ?? [])
            .map(({ range: { start, end }, severity, message }) => {
                const place = `${start.line}:${start.character}-${end.line}:${end.character}`;
                return `${place} ${severity ?? ''} ${message}`;
            })
            .sort();
    }

    /** Whether the declarations of a plugin were found. */
    get hasPlugin(): boolean {
        return this.shared.workspace.LangiumDocuments.all.some(({ uri }) => uri.path.endsWith('/plugin.zmodel'));
    }

    /** True when a document can't be read as ZModel. */
    isBroken(name: string): boolean {
        const { lexerErrors, parserErrors } = this.document(name).parseResult;
        return lexerErrors.length + parserErrors.length > 0;
    }

    /** The tree of a document with all places, what references lead to, and types; one line for each node. */
    tree(name: string): string[] {
        const lines: string[] = [];
        describe(this.document(name).parseResult.value, '', lines);
        return lines;
    }

    /** All tokens of a document, comments with them, with their places. */
    leaves(name: string): string[] {
        const root = this.document(name).parseResult.value.$cstNode;
        if (!root) return [];
        return CstUtils.flattenCst(root)
            .map((leaf) => `${placeOf(leaf)} ${leaf.tokenType.name} ${leaf.hidden} ${leaf.text}`)
            .toArray();
    }
}

function placeOf(cst: CstNode | undefined): string {
    if (!cst) return 'nowhere';
    const { start, end } = cst.range;
    return `${cst.offset}-${cst.end} ${start.line}:${start.character}-${end.line}:${end.character}`;
}

/** Where a node is, told by names: upstream's paths count declarations. */
function pathOf(node: AstNode | undefined): string {
    if (!node) return 'nothing';
    const name: unknown = Reflect.get(node, 'name');
    const own = `${node.$type}(${typeof name === 'string' ? name : ''})`;
    return node.$container ? `${pathOf(node.$container)}/${own}` : path.basename(node.$document?.uri.path ?? '');
}

function describe(node: AstNode, indent: string, lines: string[]): void {
    const type: unknown = Reflect.get(node, '$resolvedType');
    const scalars: string[] = [];
    const below: [string, AstNode][] = [];
    const add = (key: string, value: unknown): void => {
        if (isReference(value))
            scalars.push(`${key}=>${value.$refText}=${pathOf(value.ref)}@${placeOf(value.$refNode)}`);
        else if (isMultiReference(value)) scalars.push(`${key}=>${value.$refText}`);
        else if (isAstNode(value)) below.push([key, value]);
        else scalars.push(`${key}=${String(value)}`);
    };
    for (const key of Object.keys(node).sort()) {
        if (key.startsWith('$')) continue;
        const value: unknown = Reflect.get(node, key);
        if (Array.isArray(value)) {
            for (const [index, item] of value.entries()) add(`${key}@${index}`, item);
        } else if (value !== undefined) add(key, value);
    }
    const owner = `${node.$containerProperty ?? ''}@${node.$containerIndex ?? ''}`;
    const astOfCst = node.$cstNode ? node.$cstNode.astNode === node : true;
    lines.push(
        `${indent}${node.$type} ${owner} ${placeOf(node.$cstNode)} ${astOfCst} ${scalars.join(' ')} ${typeOf(type)}`,
    );
    for (const [key, child] of below) {
        if (child.$container !== node) lines.push(`${indent}  ${key} belongs to ${pathOf(child.$container)}`);
        describe(child, `${indent}  `, lines);
    }
}

function typeOf(type: unknown): string {
    if (typeof type !== 'object' || type === null) return '';
    const { decl, array, nullable } = type as { decl?: unknown; array?: unknown; nullable?: unknown };
    const what = isAstNode(decl) ? pathOf(decl) : String(decl);
    return `:${what}${array ? '[]' : ''}${nullable ? '?' : ''}`;
}
