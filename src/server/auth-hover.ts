import type { LangiumDocument } from 'langium';
import type { HoverProvider } from 'langium/lsp';
import { MarkupKind } from 'vscode-languageserver';
import type { CancellationToken, Hover, HoverParams } from 'vscode-languageserver';
import { printType } from '../checks/types.ts';
import type { ContextShape } from '../model/context-shape.ts';
import { displayPath } from '../workspace/findings.ts';
import { supplyOf } from './auth-member-uses.ts';
import type { AuthMemberUses, MemberAt, Supply } from './auth-member-uses.ts';
import { toRange, toUri } from './convert.ts';
import type { Features } from './features.ts';
import type { RulePlaces } from './rule-hover.ts';

/** More calls than these are counted, not listed. */
const MAX_CALLS = 8;

/** Hover: for a member of `auth()` its declared type and what each call passes, for what a rule holds what it means; then the language's own, where it is on. */
export class AuthHoverProvider implements HoverProvider {
    readonly #members: AuthMemberUses;
    readonly #features: Features;
    readonly #rules: RulePlaces;
    readonly #base: HoverProvider | undefined;

    constructor(members: AuthMemberUses, rules: RulePlaces, features: Features, base: HoverProvider | undefined) {
        this.#members = members;
        this.#rules = rules;
        this.#features = features;
        this.#base = base;
    }

    async getHoverContent(
        document: LangiumDocument,
        params: HoverParams,
        token?: CancellationToken,
    ): Promise<Hover | undefined> {
        const base = await this.#base?.getHoverContent(document, params, token);
        const { textDocument, uri } = document;
        const offset = textDocument.offsetAt(params.position);
        const member = this.#members.at(uri.toString(), uri.fsPath, offset);
        const own = member
            ? { markdown: describeMember(member, this.#features.folderOf(member.view.entry) ?? ''), span: member.span }
            : this.#rules.describe(document, offset);
        if (!own) return base;
        return {
            range: toRange(textDocument.getText(), own.span),
            contents: { kind: MarkupKind.Markdown, value: [own.markdown, ...baseText(base)].join('\n\n---\n\n') },
        };
    }
}

function baseText(hover: Hover | undefined): string[] {
    const contents = hover?.contents;
    return typeof contents === 'object' && 'kind' in contents && contents.value !== '' ? [contents.value] : [];
}

/** The Markdown about a member. `base`: folder that paths are relative to. */
export function describeMember({ view, name, field, contexts }: MemberAt, base: string): string {
    const declaration = view.auth?.declaration;
    const declared = field
        ? `\`\`\`zmodel\n${name} ${printType(field.type)}\n\`\`\`\n\nMember of ${declaration?.kind ?? ''} \`${field.declaredIn}\`, which describes \`auth()\`.`
        : `\`${name}\` is not declared in ${declaration ? `${declaration.kind} \`${declaration.name}\`` : 'the schema'}.`;
    return `${declared}\n\n${describeCalls(contexts, name, base)}`;
}

function describeCalls(contexts: readonly ContextShape[] | undefined, name: string, base: string): string {
    if (!contexts) return 'What the application passes to `$setAuth(…)` is not known yet.';
    if (contexts.length === 0) return 'No call of `$setAuth(…)` was found.';
    const lines = contexts.slice(0, MAX_CALLS).map((shape) => describeSupply(supplyOf(shape, name), base));
    const more = contexts.length - lines.length;
    return ['Passed to `$setAuth(…)`:', '', ...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function describeSupply({ state, member, shape, callee, location }: Supply, base: string): string {
    const line = shape.argument.range.start.line + 1;
    const link = `[${escapeLink(displayPath(base, shape.argument.file))}:${line}](${toUri(shape.argument.file)}#L${line})`;
    const where = callee === '$setAuth' ? link : `${link} (\`${callee}\`)`;
    if (!member) return `- ${where}: ${state}`;
    const isElsewhere = location.file !== shape.argument.file || location.range.start.line + 1 !== line;
    const declaredAt = isElsewhere ? `, [declared](${toUri(location.file)}#L${location.range.start.line + 1})` : '';
    return `- ${where}: ${code(member.text)}${member.optional ? ' (optional)' : ''}${declaredAt}`;
}

function escapeLink(text: string): string {
    return text.replace(/[[\]\\`*_]/g, '\\$&');
}

/** A type may hold backticks: a template literal type. */
function code(text: string): string {
    return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
