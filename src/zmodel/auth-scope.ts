import type { ZModelServices } from '@zenstackhq/language';
import { isDataModel, isTypeDef } from '@zenstackhq/language/ast';
import type { DataModel, TypeDef } from '@zenstackhq/language/ast';
import { getAuthDecl } from '@zenstackhq/language/utils';
import { AstUtils, EMPTY_SCOPE, stream } from 'langium';
import type { AstNode, LangiumDocument, LangiumDocuments, Linker, Scope, ScopeProvider } from 'langium';
import type { SchemaSets } from './schema-sets.ts';
import { readUpstream } from './upstream.ts';

function declarationsOf(sets: SchemaSets, of: LangiumDocument): (DataModel | TypeDef)[] {
    return sets
        .schemaOf(of)
        .flatMap((document) => document.parseResult.value.declarations)
        .filter((declaration) => isDataModel(declaration) || isTypeDef(declaration));
}

/** Upstream's scope provider, with the members of `auth()` taken from the schema that holds the rule. */
export function createSchemaScopeProvider(services: ZModelServices, sets: SchemaSets): ScopeProvider {
    const { ScopeProvider: Upstream } = readUpstream();
    class SchemaScopeProvider extends Upstream {
        override createScopeForAuth(node: AstNode, globalScope: Scope): Scope {
            const declaration = getAuthDecl(declarationsOf(sets, AstUtils.getDocument(node)));
            return declaration ? this.createScopeForContainer(declaration, globalScope, true) : EMPTY_SCOPE;
        }
    }
    return new SchemaScopeProvider(services);
}

/**
 * Upstream's linker, with the type of `auth()` taken from the schema that holds the rule. Upstream asks
 * for all loaded documents there; it gets those of the schema of the document that it links.
 */
export function createSchemaLinker(services: ZModelServices, sets: SchemaSets): Linker {
    const { Linker: Upstream } = readUpstream();
    class SchemaLinker extends Upstream {
        #document: LangiumDocument | undefined;

        override resolve(node: AstNode, document: LangiumDocument, extraScopes?: unknown[]): void {
            this.#document = document;
            super.resolve(node, document, extraScopes);
        }

        // A property, as in Langium's own linker: a method would be hidden by it.
        override langiumDocuments = (): LangiumDocuments => {
            const all = services.shared.workspace.LangiumDocuments;
            const document = this.#document;
            if (!document) return all;
            return new Proxy(all, {
                get: (target, property) => {
                    if (property === 'all') return stream(sets.schemaOf(document));
                    const value: unknown = Reflect.get(target, property);
                    return typeof value === 'function' ? (value.bind(target) as unknown) : value;
                },
            });
        };
    }
    return new SchemaLinker(services);
}
