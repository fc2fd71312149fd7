import { tokensOf } from '../insert/tokens.ts';
import type { Finding } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Span } from '../model/text.ts';
import type { Check } from './check.ts';

/** Plugins that came with ZenStack 2 and are gone. Schemas of version 3 may still name one that nobody took out. */
const V2_PLUGINS: ReadonlySet<string> = new Set(['zod', 'enhancer', 'access-policy', 'model-meta', 'prisma']);
const RULES: ReadonlySet<string> = new Set(['@@allow', '@@deny', '@allow', '@deny']);

interface Marker {
    file: string;
    span: Span;
    /** As a sentence has it. */
    what: string;
}

/** The schema is written for ZenStack 2, whose language differs: everything else that is said about it would be wrong. */
export const schemaV2: Check = ({ view }): Finding[] => {
    const marker = findMarker(view);
    if (!marker) return [];
    const { file, span, what } = marker;
    return [
        {
            code: 'schema-v2',
            severity: 'warning',
            file,
            span,
            message: `This is a schema of ZenStack 2: it has ${what}. ZModel Auth reads schemas of ZenStack 3 and reports nothing else here.`,
            related: [],
            fixes: [],
        },
    ];
};

/** What shows that a schema is of version 2; undefined when something shows that it is of version 3. */
function findMarker(view: SchemaView): Marker | undefined {
    if (isV3(view)) return undefined;
    return findSyntax(view) ?? findRemnant(view);
}

function isV3(view: SchemaView): boolean {
    return view.plugins.some(({ provider }) => provider?.startsWith('@zenstackhq/plugin-policy'));
}

/** Words of the language that version 3 no longer has. */
function findSyntax(view: SchemaView): Marker | undefined {
    for (const { file, content } of view.files) {
        if (!content.includes('abstract') && !content.includes('future')) continue;
        const tokens = [...tokensOf(content)].filter(({ kind }) => kind !== 'space' && kind !== 'comment');
        for (const [index, token] of tokens.entries()) {
            const [before, next, name, brace] = [-1, 1, 2, 3].map((distance) => tokens[index + distance]);
            const { start } = token;
            const opens = brace?.text === '{' || brace?.text === 'extends';
            if (token.text === 'abstract' && next?.text === 'model' && name?.kind === 'word' && opens) {
                return { file, span: { start, end: next.end }, what: 'an abstract model' };
            }
            if (token.text === 'future' && next?.text === '(' && name?.text === ')' && before?.text !== 'function') {
                return { file, span: { start, end: name.end }, what: 'the function future()' };
            }
        }
    }
    return undefined;
}

/**
 * What version 3 has no more but a schema may still hold. It tells only beside rules: in version 3 these
 * need the policy plugin to be declared.
 */
function findRemnant(view: SchemaView): Marker | undefined {
    const attributes = view.declarations.flatMap((declaration) =>
        [...declaration.attributes, ...declaration.ownFields.flatMap((field) => field.attributes)].map((attribute) => ({
            ...attribute,
            file: declaration.file,
        })),
    );
    if (!attributes.some(({ name }) => RULES.has(name))) return undefined;
    const plugin = view.plugins.find(({ provider }) => {
        const [scope, name] = provider?.split('/') ?? [];
        return scope === '@core' && name !== undefined && V2_PLUGINS.has(name);
    });
    if (plugin) return { file: plugin.file, span: plugin.span, what: `the plugin ${plugin.provider ?? ''}` };
    const password = attributes.find(({ name }) => name === '@password');
    return password && { file: password.file, span: password.span, what: 'the attribute @password' };
}
