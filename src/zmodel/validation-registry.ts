import type { ZModelServices } from '@zenstackhq/language';
import { AstUtils, isOperationCancelled, ValidationRegistry } from 'langium';
import type { AstNode, ValidationAcceptor } from 'langium';
import { hasErrors } from './incremental/segment-parser.ts';
import type { SchemaSets } from './schema-sets.ts';

/**
 * Langium's registry, which reports an exception inside a check as an error of the schema. Upstream's
 * checks expect whole trees: a half-typed field in one file makes them throw in another file that refers
 * to it. While the schema has syntax errors anywhere, those are reported and such an exception is not.
 */
export class SchemaValidationRegistry extends ValidationRegistry {
    readonly #sets: SchemaSets;

    constructor(services: ZModelServices, sets: SchemaSets) {
        super(services);
        this.#sets = sets;
    }

    protected override async handleException(
        functionality: () => unknown,
        messageContext: string,
        accept: ValidationAcceptor,
        node: AstNode,
    ): Promise<void> {
        try {
            await functionality();
        } catch (error) {
            if (isOperationCancelled(error)) throw error;
            if (this.#sets.schemaOf(AstUtils.getDocument(node)).some(({ parseResult }) => hasErrors(parseResult)))
                return;
            const rethrow = (): never => {
                throw error;
            };
            await super.handleException(rethrow, messageContext, accept, node);
        }
    }
}
