import type { ZModelServices } from '@zenstackhq/language';
import {
    isDataFieldAttribute,
    isDataModelAttribute,
    isInvocationExpr,
    isStringLiteral,
} from '@zenstackhq/language/ast';
import type { AstNode } from 'langium';
import { AllSemanticTokenTypes } from 'langium/lsp';
import type { SemanticTokenAcceptor, SemanticTokenProvider } from 'langium/lsp';
import { operationsIn, RULE_ATTRIBUTES } from '../reading/operations.ts';
import { readUpstream } from '../zmodel/upstream.ts';

/**
 * Token types of our own; package.json declares them, with the grammar's scopes by which themes colour
 * them: `function` for the name in `auth()` would take the theme's colour for it away.
 */
export const TOKEN_TYPES = { auth: 'authCall', operation: 'ruleOperation' } as const;

const ALL_TYPES: Record<string, number> = {
    ...AllSemanticTokenTypes,
    [TOKEN_TYPES.auth]: Object.keys(AllSemanticTokenTypes).length,
    [TOKEN_TYPES.operation]: Object.keys(AllSemanticTokenTypes).length + 1,
};

/** Upstream's semantic tokens, with types of their own for `auth` and for the operations in a rule's string. */
export function createSemanticTokens(services: ZModelServices): SemanticTokenProvider {
    const { SemanticTokenProvider: Upstream } = readUpstream();
    class AuthSemanticTokenProvider extends Upstream {
        override get tokenTypes(): Record<string, number> {
            return ALL_TYPES;
        }

        override highlightElement(node: AstNode, acceptor: SemanticTokenAcceptor): 'prune' | undefined {
            if (isInvocationExpr(node) && node.function.$refText === 'auth') {
                acceptor({ node, property: 'function', type: TOKEN_TYPES.auth });
                return undefined;
            }
            highlightOperations(node, acceptor);
            return super.highlightElement(node, acceptor);
        }
    }
    return new AuthSemanticTokenProvider(services);
}

function highlightOperations(node: AstNode, acceptor: SemanticTokenAcceptor): void {
    if (!isDataModelAttribute(node) && !isDataFieldAttribute(node)) return;
    if (!RULE_ATTRIBUTES.has(node.decl.$refText)) return;
    // A recovered tree may lack what the types promise.
    const value = node.args[0]?.value as AstNode | undefined;
    const cst = value && isStringLiteral(value) ? value.$cstNode : undefined;
    if (!cst) return;
    for (const { start, end } of operationsIn(cst.text)) {
        const { line, character } = cst.range.start;
        // The names of operations are on one line with the quote, or no operations.
        acceptor({ line, char: character + start, length: end - start, type: TOKEN_TYPES.operation });
    }
}
