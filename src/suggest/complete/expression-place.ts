import type { CompletionInput } from './candidate.ts';
import type { Chain, Sequence } from './nesting.ts';
import type { Scope } from './scope.ts';

/** Where in an expression the cursor is. */
export interface ExpressionPlace {
    input: CompletionInput;
    scope: Scope;
    sequence: Sequence;
    /** What the expression is for, as functions declare it: `AccessPolicy`. */
    context: string;
    /** The operations of the rule, as written. */
    operations: string[];
    /** Where something that goes before the cursor begins: what is typed, or the cursor. */
    start: number;
}

/** True where `before()` may be called: upstream allows it only when the rule is for nothing but `post-update`. */
export function mayCallBefore({ context, operations }: Pick<ExpressionPlace, 'context' | 'operations'>): boolean {
    return context === 'AccessPolicy' && operations.length === 1 && operations[0] === 'post-update';
}

/** The last operand in a sequence. */
export function lastChain({ parts }: Sequence): Chain | undefined {
    const last = parts.at(-1);
    return last?.kind === 'chain' ? last : undefined;
}
