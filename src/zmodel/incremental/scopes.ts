import type { ZModelServices } from '@zenstackhq/language';
import { isDataModel, isEnum, isModel, isTypeDef } from '@zenstackhq/language/ast';
import type { DataModel, TypeDef } from '@zenstackhq/language/ast';
import { getAuthDecl } from '@zenstackhq/language/utils';
import { AstUtils, CstUtils, DefaultScopeComputation, EMPTY_SCOPE, MultiMapScope, stream } from 'langium';
import type {
    AstNode,
    AstNodeDescription,
    AstNodeDescriptionProvider,
    Cancellation,
    LangiumDocument,
    LocalSymbols,
    ReferenceInfo,
    Scope,
    ScopeProvider,
    Stream,
} from 'langium';
import { isSchemaDocument } from '../schema-sets.ts';
import type { SchemaSets } from '../schema-sets.ts';
import { readUpstream } from '../upstream.ts';
import { IncrementalIndexManager } from './index-manager.ts';

/** The index of the services, which must be ours. */
export function indexOf(services: ZModelServices): IncrementalIndexManager {
    const { IndexManager } = services.shared.workspace;
    if (!(IndexManager instanceof IncrementalIndexManager)) throw new Error('The services have another index.');
    return IndexManager;
}

/** What is computed from all documents, until one of them changes. */
class Memo<T> {
    readonly #index: () => IncrementalIndexManager;
    #values = new Map<unknown, T>();
    #generation = -1;

    constructor(services: ZModelServices) {
        this.#index = () => indexOf(services);
    }

    get(key: unknown, compute: () => T): T {
        const { generation } = this.#index();
        if (generation !== this.#generation) {
            this.#values = new Map();
            this.#generation = generation;
        }
        if (this.#values.has(key)) return this.#values.get(key) as T;
        const value = compute();
        this.#values.set(key, value);
        return value;
    }
}

/** Langium's descriptions of nodes, whose places are told when somebody asks. */
export class LazyDescriptionProvider implements AstNodeDescriptionProvider {
    readonly #services: ZModelServices;

    constructor(services: ZModelServices) {
        this.#services = services;
    }

    createDescription(node: AstNode, name: string | undefined, document?: LangiumDocument): AstNodeDescription {
        const { references, workspace } = this.#services;
        const found = name ?? references.NameProvider.getName(node);
        if (!found) throw new Error(`A ${node.$type} without a name can't be described.`);
        const { $cstNode: cst } = node;
        const description: AstNodeDescription = {
            node,
            name: found,
            type: node.$type,
            documentUri: (document ?? AstUtils.getDocument(node)).uri,
            get path() {
                return workspace.AstNodeLocator.getAstNodePath(node);
            },
        };
        if (!cst) return description;
        return Object.defineProperties(description, {
            nameSegment: {
                get: () => CstUtils.toDocumentSegment(references.NameProvider.getNameNode(node) ?? node.$cstNode),
            },
            selectionSegment: { get: () => CstUtils.toDocumentSegment(node.$cstNode) },
        });
    }
}

/** The declaration behind `auth()` in the schema of a document. */
export class AuthDeclarations {
    readonly #sets: SchemaSets;
    readonly #known: Memo<DataModel | TypeDef | undefined>;

    constructor(services: ZModelServices, sets: SchemaSets) {
        this.#sets = sets;
        this.#known = new Memo(services);
    }

    /** As ZenStack finds it: with `@@auth`, else the model `User`; undefined when there is none. */
    of(document: LangiumDocument): DataModel | TypeDef | undefined {
        return this.#known.get(document, () =>
            getAuthDecl(
                this.#sets
                    .schemaOf(document)
                    .flatMap(({ parseResult }) => parseResult.value.declarations)
                    .filter((declaration) => isDataModel(declaration) || isTypeDef(declaration)),
            ),
        );
    }
}

/**
 * What a document's declarations are called, as upstream computes it, without a visit to the whole tree: enum values
 * are global, and a model's scope has the fields that it inherits. Names within a declaration are looked up when they
 * are asked for.
 */
export class SchemaScopeComputation extends DefaultScopeComputation {
    readonly #sets: SchemaSets;
    readonly #asked: Asked;

    constructor(services: ZModelServices, sets: SchemaSets, asked: Asked) {
        super(services);
        this.#sets = sets;
        this.#asked = asked;
    }

    override async collectExportedSymbols(
        document: LangiumDocument,
        token?: Cancellation.CancellationToken,
    ): Promise<AstNodeDescription[]> {
        const exported = await super.collectExportedSymbols(document, token);
        if (!isSchemaDocument(document)) return exported;
        const values = document.parseResult.value.declarations.filter(isEnum).flatMap(({ fields }) => fields);
        return [
            ...exported,
            ...values
                // While a value is being typed its name may be missing from the tree.
                .filter((value) => this.nameProvider.getName(value) !== undefined)
                .map((value) => this.descriptions.createDescription(value, value.name, document)),
        ];
    }

    override collectLocalSymbols(document: LangiumDocument): Promise<LocalSymbols> {
        return Promise.resolve(
            new LazySymbols(this.#asked, (node) =>
                [...this.#inherited(node, document), ...AstUtils.streamContents(node)].flatMap((each) => {
                    const name = this.nameProvider.getName(each);
                    return name ? [this.descriptions.createDescription(each, name)] : [];
                }),
            ),
        );
    }

    /** By names, as the references that say so may be what is being resolved. */
    #inherited(node: AstNode, document: LangiumDocument): AstNode[] {
        if ((!isDataModel(node) && !isTypeDef(node)) || !isSchemaDocument(document)) return [];
        if (node.mixins.length === 0 && !(isDataModel(node) && node.baseModel)) return [];
        const declarations = this.#sets.closure(document).flatMap(({ parseResult }) => parseResult.value.declarations);
        const seen = new Set<AstNode>();
        const visit = (at: DataModel | TypeDef): (DataModel | TypeDef)[] => {
            if (seen.has(at)) return [];
            seen.add(at);
            const names = [...at.mixins, ...(isDataModel(at) && at.baseModel ? [at.baseModel] : [])];
            return names.flatMap(({ $refText }) => {
                const base = declarations.find(
                    (each): each is DataModel | TypeDef =>
                        (isDataModel(each) || isTypeDef(each)) && each.name === $refText,
                );
                return base ? [base, ...visit(base)] : [];
            });
        };
        return visit(node).flatMap(({ fields }) => fields);
    }
}

/** What a scope is asked for, while it is put together: a long list of fields needn't be searched for a type. */
export class Asked {
    withoutFields = false;
}

class LazySymbols implements LocalSymbols {
    readonly #known = new Map<AstNode, AstNodeDescription[]>();
    readonly #asked: Asked;
    readonly #compute: (node: AstNode) => AstNodeDescription[];

    constructor(asked: Asked, compute: (node: AstNode) => AstNodeDescription[]) {
        this.#asked = asked;
        this.#compute = compute;
    }

    /** What a file declares is in the global scope too, where it is found by name. */
    has(node: AstNode): boolean {
        if (isModel(node)) return false;
        // Models and types hold fields, and nothing else that has a name.
        if (this.#asked.withoutFields && (isDataModel(node) || isTypeDef(node))) return false;
        return this.#of(node).length > 0;
    }

    getStream(node: AstNode): Stream<AstNodeDescription> {
        return stream(isModel(node) ? [] : this.#of(node));
    }

    #of(node: AstNode): AstNodeDescription[] {
        const known = this.#known.get(node);
        if (known) return known;
        const found = this.#compute(node);
        this.#known.set(node, found);
        return found;
    }
}

/**
 * Upstream's scope provider, with the members of `auth()` taken from the schema that holds the rule, and with names
 * found by name instead of by going through all of them.
 */
export function createSchemaScopeProvider(
    services: ZModelServices,
    auth: AuthDeclarations,
    asked: Asked,
): ScopeProvider {
    const { ScopeProvider: Upstream } = readUpstream();
    const globals = new Memo<Map<string, Scope>>(services);
    const members = new Memo<readonly AstNodeDescription[]>(services);

    class SchemaScopeProvider extends Upstream {
        override getScope(context: ReferenceInfo): Scope {
            const before = asked.withoutFields;
            asked.withoutFields = !this.reflection.isSubtype('DataField', this.reflection.getReferenceType(context));
            const scope = super.getScope(context);
            asked.withoutFields = before;
            return scope;
        }

        /** What the document declares comes first, as it does in upstream's scopes around the global one. */
        protected override getGlobalScope(type: string, context: ReferenceInfo): Scope {
            const document = AstUtils.getDocument(context.container);
            const scopes = globals.get(document, () => new Map<string, Scope>());
            const known = scopes.get(type);
            if (known) return known;
            const all = super.getGlobalScope(type, context).getAllElements().toArray();
            const { value } = document.parseResult;
            const own = all.filter(({ node }) => node?.$container === value);
            const others = all.filter(({ node }) => node?.$container !== value);
            const scope = new MultiMapScope([...own, ...others]);
            scopes.set(type, scope);
            return scope;
        }

        override createScopeForAuth(node: AstNode, globalScope: Scope): Scope {
            const declaration = auth.of(AstUtils.getDocument(node));
            return declaration ? this.createScopeForContainer(declaration, globalScope, true) : EMPTY_SCOPE;
        }

        override createScopeForContainer(
            node: AstNode | undefined,
            globalScope: Scope,
            includeTypeDefScope?: boolean,
        ): Scope {
            if (!node || (!isDataModel(node) && !(includeTypeDefScope && isTypeDef(node)))) return EMPTY_SCOPE;
            const fields = members.get(node, () =>
                super.createScopeForContainer(node, EMPTY_SCOPE, includeTypeDefScope).getAllElements().toArray(),
            );
            return new MultiMapScope(fields, globalScope);
        }
    }
    return new SchemaScopeProvider(services);
}
