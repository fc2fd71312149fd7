import type { LangiumDocument } from 'langium';
import type { FoldingRangeProvider } from 'langium/lsp';
import { FoldingRangeKind } from 'vscode-languageserver';
import type { FoldingRange } from 'vscode-languageserver';
import { foldsOf } from '../reading/folding.ts';
import type { Fold } from '../reading/folding.ts';

const KINDS: Record<Fold['kind'], FoldingRangeKind | undefined> = {
    declaration: undefined,
    rule: undefined,
    comment: FoldingRangeKind.Comment,
    comments: FoldingRangeKind.Comment,
    imports: FoldingRangeKind.Imports,
    region: FoldingRangeKind.Region,
};

/** What the official extension folds as well. */
const OFFICIAL: readonly Fold['kind'][] = ['declaration', 'comment'];

/** What can be folded. Beside the official extension, whose ranges an editor shows too, only what that lacks. */
export class SchemaFoldingRangeProvider implements FoldingRangeProvider {
    readonly #kinds: readonly Fold['kind'][];

    constructor(besideOfficial: boolean) {
        const all = Object.keys(KINDS) as Fold['kind'][];
        this.#kinds = besideOfficial ? all.filter((kind) => !OFFICIAL.includes(kind)) : all;
    }

    getFoldingRanges({ textDocument }: LangiumDocument): FoldingRange[] {
        return foldsOf(textDocument.getText())
            .filter(({ kind }) => this.#kinds.includes(kind))
            .map(({ start, end, kind }) => ({
                startLine: start,
                endLine: end,
                ...(KINDS[kind] && { kind: KINDS[kind] }),
            }));
    }
}
