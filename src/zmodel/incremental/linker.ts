import type { ZModelServices } from '@zenstackhq/language';
import { isInvocationExpr, isModel } from '@zenstackhq/language/ast';
import type { AbstractDeclaration, DataModel, TypeDef } from '@zenstackhq/language/ast';
import { isAuthInvocation } from '@zenstackhq/language/utils';
import { Cancellation, interruptAndCheck, isAstNode, isMultiReference, isReference } from 'langium';
import type { AstNode, CstNode, LangiumDocument, Linker, MultiReference, Reference } from 'langium';
import { readUpstream } from '../upstream.ts';
import { declarationsIn } from './index-manager.ts';
import { declarationOf, visitTree } from './nodes.ts';
import { indexOf } from './scopes.ts';
import type { AuthDeclarations } from './scopes.ts';
import { hasErrors } from './segment-parser.ts';
import { isLive } from './shapes.ts';
import type { Shapes } from './shapes.ts';

/** What came of linking a declaration, and what it rests on. One that is linked anew has a new one. */
export interface Link {
    /** The tree that was linked. */
    cst: CstNode | undefined;
    references: (Reference | MultiReference)[];
    /** Declarations that it refers to, or whose types it computes with, by what they looked like. */
    dependencies: ReadonlyMap<AbstractDeclaration, string>;
    /** All names that it refers to, found or not, and those of the types of what it refers to. */
    names: ReadonlySet<string>;
    /** What `auth()` was; the key is there when `auth()` is called. */
    auth?: { declaration: DataModel | TypeDef | undefined };
    imports: string;
    generation: number;
}

/** ZenStack's linker, for declarations one by one: after an edit, those are linked anew that may have another result. */
export interface SchemaLinker extends Linker {
    /** How a declaration is linked at present; undefined while it isn't. */
    linkOf(declaration: AbstractDeclaration): Link | undefined;
}

/**
 * Upstream's linker, with the type of `auth()` taken from the schema that holds the rule. Upstream goes through all
 * loaded documents for each `auth()`.
 */
export function createSchemaLinker(
    services: ZModelServices,
    auth: AuthDeclarations,
    shapes: Shapes,
    log: (message: string) => void,
): SchemaLinker {
    const { Linker: Upstream } = readUpstream();
    const links = new WeakMap<AbstractDeclaration, Link>();
    let swept = -1;

    const hasChanged = (declaration: AbstractDeclaration, link: Link, document: LangiumDocument): boolean => {
        if (link.cst !== declaration.$cstNode || link.imports !== importsOf(document)) return true;
        if (link.auth && link.auth.declaration !== auth.of(document)) return true;
        if (indexOf(services).haveChanged(link.names, link.generation)) return true;
        for (const [dependency, key] of link.dependencies)
            if (!isLive(dependency) || shapes.key(dependency) !== key) return true;
        return false;
    };

    /**
     * Takes back all links that may not hold any more, in all documents, so that none is followed; also what was
     * resolved one by one in declarations that weren't linked, when the names around them were others.
     */
    const sweep = (): void => {
        const { generation } = indexOf(services);
        if (generation === swept) return;
        swept = generation;
        shapes.reset();
        for (const document of services.shared.workspace.LangiumDocuments.all) {
            const changed = declarationsIn(document).filter((declaration) => {
                const link = links.get(declaration);
                return !link || hasChanged(declaration, link, document);
            });
            for (const declaration of changed) {
                unlinkTree(declaration);
                links.delete(declaration);
            }
        }
    };

    const describe = (declaration: AbstractDeclaration, document: LangiumDocument): Link => {
        // Upstream marks some references as unresolvable without telling, and finds other words for them later.
        const told = new Set(document.references);
        const references: (Reference | MultiReference)[] = [];
        const targets = new Set<AbstractDeclaration>();
        const names = new Set<string>();
        const calls: AstNode[] = [];
        const depend = (node: AstNode): void => {
            const target = declarationOf(node);
            if (target && target !== declaration) targets.add(target);
        };
        visitTree(declaration, {
            node: (node) => {
                const type: unknown = Reflect.get(node, '$resolvedType');
                if (typeof type === 'object' && type !== null && 'decl' in type && isAstNode(type.decl))
                    depend(type.decl);
                if (isInvocationExpr(node) && node.function.$refText === 'auth') calls.push(node);
            },
            reference: (reference) => {
                if (told.has(reference)) references.push(reference);
                names.add(reference.$refText);
                if (isMultiReference(reference) || !reference.ref) return;
                depend(reference.ref);
                for (const name of typesOf(reference.ref)) names.add(name);
            },
        });
        return {
            cst: declaration.$cstNode,
            references,
            dependencies: new Map([...targets].map((target) => [target, shapes.key(target)])),
            names,
            ...(calls.length > 0 && { auth: { declaration: auth.of(document) } }),
            imports: importsOf(document),
            generation: indexOf(services).generation,
        };
    };

    class IncrementalLinker extends Upstream implements SchemaLinker {
        linkOf(declaration: AbstractDeclaration): Link | undefined {
            return links.get(declaration);
        }

        override async link(document: LangiumDocument, token = Cancellation.CancellationToken.None): Promise<void> {
            sweep();
            // As upstream does: a tree with holes in it isn't linked as a whole. References are resolved when they are read.
            if (!hasErrors(document.parseResult)) {
                for (const declaration of declarationsIn(document)) {
                    if (links.has(declaration)) continue;
                    await interruptAndCheck(token);
                    unlinkTree(declaration);
                    document.references = [];
                    this.#resolve(declaration, document);
                    links.set(declaration, describe(declaration, document));
                }
            }
            document.references = declarationsIn(document).flatMap((each) => links.get(each)?.references ?? []);
        }

        /** Where upstream throws, as it does on some mistakes, the rest of the schema is linked all the same. */
        #resolve(declaration: AbstractDeclaration, document: LangiumDocument): void {
            try {
                this.resolve(declaration, document);
            } catch (error) {
                const message = error instanceof Error ? error.message : String(error);
                log(`ZenStack's linker failed on ${declaration.name} in ${document.uri.fsPath}: ${message}`);
                // What it didn't come to is looked up by name, which reading it does.
                visitTree(declaration, {
                    reference: (reference) => {
                        Reflect.get(reference, 'ref');
                    },
                });
            }
        }

        /** What may have changed is found when linking begins; the rest stays. */
        override unlink(): void {
            swept = -1;
        }

        override resolve(node: AstNode, document: LangiumDocument, extraScopes?: unknown[]): void {
            if (!isInvocationExpr(node) || !isAuthInvocation(node)) {
                super.resolve(node, document, extraScopes);
                return;
            }
            const declaration = auth.of(document);
            // As upstream does: somebody may have signed in, or not.
            if (declaration) Reflect.set(node, '$resolvedType', { decl: declaration, nullable: true });
        }
    }
    return new IncrementalLinker(services);
}

/** The names of the types that a field, parameter or function is declared with. */
function typesOf(node: AstNode): string[] {
    const declared = [Reflect.get(node, 'type'), Reflect.get(node, 'returnType')] as unknown[];
    return declared.flatMap((type) => {
        const reference: unknown = isAstNode(type) ? Reflect.get(type, 'reference') : undefined;
        return isReference(reference) ? [reference.$refText] : [];
    });
}

const imports = new WeakMap<AstNode, string>();

function importsOf({ parseResult: { value } }: LangiumDocument): string {
    if (!isModel(value)) return '';
    const known = imports.get(value) ?? value.imports.map(({ path }) => path).join('\n');
    imports.set(value, known);
    return known;
}

/** Makes a declaration as it was when it was parsed. */
function unlinkTree(declaration: AbstractDeclaration): void {
    visitTree(declaration, {
        node: (node) => {
            if ('$resolvedType' in node) Reflect.deleteProperty(node, '$resolvedType');
        },
        reference: (reference) => {
            const isMultiple = isMultiReference(reference);
            Reflect.set(reference, isMultiple ? '_items' : '_ref', undefined);
            Reflect.deleteProperty(reference, isMultiple ? '_linkingError' : '_nodeDescription');
        },
    });
}
