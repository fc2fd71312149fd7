import type { ZModelServices } from '@zenstackhq/language';
import { isInvocationExpr } from '@zenstackhq/language/ast';
import type { AstNode } from 'langium';
import type { SemanticTokenAcceptor, SemanticTokenProvider } from 'langium/lsp';
import { readUpstream } from '../zmodel/upstream.ts';

/**
 * Upstream's semantic tokens, but none for the name in `auth()`: an editor prefers a semantic token
 * (`function`) to the grammar's scope `support.function.auth`, and the theme's colour for it would be lost.
 */
export function createSemanticTokens(services: ZModelServices): SemanticTokenProvider {
    const { SemanticTokenProvider: Upstream } = readUpstream();
    class AuthSemanticTokenProvider extends Upstream {
        override highlightElement(node: AstNode, acceptor: SemanticTokenAcceptor): 'prune' | undefined {
            if (isInvocationExpr(node) && node.function.$refText === 'auth') return undefined;
            return super.highlightElement(node, acceptor);
        }
    }
    return new AuthSemanticTokenProvider(services);
}
