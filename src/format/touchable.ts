import type { Span } from '../model/text.ts';
import type { ParsedSource } from '../zmodel/parse.ts';
import type { Token } from './tokens.ts';

/**
 * Which gaps may be changed.
 * In: the source, its tokens, the part that is to be formatted (the whole file without it). Out: a
 * predicate over the index of the token after the gap; the number of tokens stands for the end of the file.
 */
export function touchableGaps(
    source: ParsedSource,
    tokens: readonly Token[],
    part: Span | undefined,
): (index: number) => boolean {
    if (!part) return () => true;
    const { start, end } = wholeMembers(source.content, tokens, part);
    const sound = source.syntaxErrors.length > 0 ? soundDeclarations(source) : undefined;
    return (index) => {
        const after = tokens[index];
        if (!after) return !sound && end >= source.content.length;
        if (after.start < start || after.start > end) return false;
        if (!sound) return true;
        const before = tokens[index - 1];
        return sound.some((span) => span.start <= (before?.start ?? -1) && after.end <= span.end);
    };
}

/** The lines that a part touches, and the rest of the members that begin or end on them. */
function wholeMembers(content: string, tokens: readonly Token[], part: Span): Span {
    const begins = tokens.filter(({ role }) => role === 'member' || role === 'declaration' || role === 'close');
    const lineStart = content.lastIndexOf('\n', part.start - 1) + 1;
    const lineEnd = content.indexOf('\n', part.end);
    const first = begins.findLast((token) => token.start <= part.start);
    const next = begins.find((token) => token.start > part.end);
    const last = tokens.findLast(
        (token) => token.end <= (next?.start ?? Infinity) && token.kind === 'code' && token !== next,
    );
    return {
        start: Math.min(lineStart, first?.start ?? lineStart),
        end: Math.max(lineEnd < 0 ? content.length : lineEnd, Math.min(last?.end ?? 0, content.length)),
    };
}

/** The declarations that no syntax error touches; one at the next declaration's beginning may be what ended it too early. */
function soundDeclarations({ content, model, syntaxErrors }: ParsedSource): Span[] {
    return model.declarations.flatMap((declaration, index): Span[] => {
        const cst = declaration.$cstNode;
        if (!cst) return [];
        const next = model.declarations[index + 1]?.$cstNode?.offset ?? content.length + 1;
        const isSound = !syntaxErrors.some(({ start, end }) => end >= cst.offset && start < next);
        return isSound ? [{ start: cst.offset, end: cst.end }] : [];
    });
}
