import type { LangiumDocument } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import { InlayHintKind } from 'vscode-languageserver';
import type { InlayHint, InlayHintParams } from 'vscode-languageserver';
import { printType } from '../checks/types.ts';
import { authTypesIn } from '../reading/auth-types.ts';
import { impliedGroups } from '../reading/implied-parentheses.ts';
import { isSchemaDocument } from '../zmodel/schema-sets.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

/** Hints in rules: how mixed operators are grouped, and the types of members of `auth()`. */
export class RuleInlayHintProvider implements InlayHintProvider {
    readonly #schemas: Schemas;
    readonly #features: Features;

    constructor(schemas: Schemas, features: Features) {
        this.#schemas = schemas;
        this.#features = features;
    }

    getInlayHints(document: LangiumDocument, { range }: InlayHintParams): InlayHint[] {
        if (!this.#features.settings.inlayHints || !isSchemaDocument(document)) return [];
        const { textDocument } = document;
        const start = textDocument.offsetAt(range.start);
        const end = textDocument.offsetAt(range.end);
        const isShown = (offset: number): boolean => start <= offset && offset <= end;
        return [...parentheses(document), ...this.#types(document)]
            .filter(({ offset }) => isShown(offset))
            .map(({ offset, hint }) => ({ position: textDocument.positionAt(offset), ...hint }));
    }

    #types({ uri }: LangiumDocument): Hint[] {
        const [entry] = this.#schemas.entriesOf(uri.toString());
        if (entry === undefined) return [];
        return authTypesIn(this.#schemas.view(entry), uri.fsPath).map(({ offset, type, path, declaredIn }) => ({
            offset,
            hint: {
                label: `: ${printType(type)}`,
                kind: InlayHintKind.Type,
                tooltip: `\`auth().${path.join('.')}\` as ${declaredIn} declares it`,
            },
        }));
    }
}

interface Hint {
    offset: number;
    hint: Omit<InlayHint, 'position'>;
}

function parentheses(document: LangiumDocument): Hint[] {
    if (!isSchemaDocument(document)) return [];
    return impliedGroups(document.parseResult.value).flatMap(({ start, end, inner, outer }): Hint[] => {
        const tooltip = {
            kind: 'markdown' as const,
            value: `In ZModel, \`&&\` and \`||\` bind alike, from left to right: \`${inner}\` comes before \`${outer}\` here.`,
        };
        return [
            { offset: start, hint: { label: '(', tooltip } },
            { offset: end, hint: { label: ')', tooltip } },
        ];
    });
}
