import type { LangiumDocument } from 'langium';
import { printType } from '../checks/types.ts';
import type { Finding } from '../model/finding.ts';
import type { PolicyModel, PolicyRule } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { Location, Span } from '../model/text.ts';
import { FIELD_OPERATIONS, FUNCTIONS, MODEL_OPERATIONS } from '../reading/explanations.ts';
import { roleSetsFor } from '../reading/roles.ts';
import type { RoleSet } from '../reading/roles.ts';
import { rulePlaceAt } from '../reading/rule-place.ts';
import type { RulePlace } from '../reading/rule-place.ts';
import { explainRule } from '../rules/explain-rule.ts';
import { escapeMarkdown } from '../rules/print-counterexample.ts';
import { displayPath, servingConfigOf } from '../workspace/findings.ts';
import { isSchemaDocument } from '../zmodel/schema-sets.ts';
import type { Application } from './application.ts';
import { supplyOf } from './auth-member-uses.ts';
import type { AuthMemberUses } from './auth-member-uses.ts';
import { toRange, toUri } from './convert.ts';
import type { Features } from './features.ts';
import type { Schemas } from './schemas.ts';

interface Parts {
    schemas: Schemas;
    application: Application;
    members: AuthMemberUses;
    features: Features;
    /** What the last check of a schema found. */
    findings: (entry: string) => readonly Finding[] | undefined;
}

/** What a rule holds at a place, with what is known of it: from memory only. */
export class RulePlaces {
    readonly #parts: Parts;
    /** What rules say, which is worked out once for each state of a schema. */
    readonly #sentences = new WeakMap<PolicyRule, string[]>();

    constructor(parts: Parts) {
        this.#parts = parts;
    }

    /** Markdown about what stands at an offset of a document. */
    describe(document: LangiumDocument, offset: number): { markdown: string; span: Span } | undefined {
        const view = this.#view(document);
        if (!view || !isSchemaDocument(document)) return undefined;
        const place = rulePlaceAt(document.parseResult.value, offset, view);
        const markdown = place && this.#describe(place, view);
        const rule = this.#describeRule(view, document.uri.fsPath, offset);
        if (!rule) return place && markdown !== undefined ? { markdown, span: place.span } : undefined;
        const isPart = place?.kind === 'operation' && markdown !== undefined;
        return {
            markdown: isPart ? `${rule.markdown}\n\n${markdown}` : rule.markdown,
            span: isPart ? place.span : rule.span,
        };
    }

    /** What the rule whose name or operations stand at an offset grants to whom, and what was found in it. */
    #describeRule(view: SchemaView, file: string, offset: number): { markdown: string; span: Span } | undefined {
        const found = ruleAt(view, file, offset);
        if (!found) return undefined;
        const { model, rule } = found;
        let sentences = this.#sentences.get(rule);
        if (!sentences) {
            const content = view.files.find((each) => each.file === file)?.content ?? '';
            sentences = explainRule({ schema: view.policies(), model, rule, content }).map(escapeMarkdown);
            this.#sentences.set(rule, sentences);
        }
        const about = (this.#parts.findings(view.entry) ?? []).filter(
            (each) => each.file === file && rule.span.start <= each.span.start && each.span.end <= rule.span.end,
        );
        const findings = about.map(({ code, message }) => `\`${code}\`: ${escapeMarkdown(message)}`);
        return {
            markdown: [sentences.join(' '), ...findings].join('\n\n'),
            span: { start: rule.span.start, end: rule.operationsSpan.end },
        };
    }

    /** Where the role at an offset is defined, in the Better Auth configuration. */
    roleDefinitions(document: LangiumDocument, offset: number): { span: Span; places: Location[] } | undefined {
        const found = this.#at(document, offset);
        if (found?.place.kind !== 'role') return undefined;
        const places = this.#roles(found.place, found.view)?.flatMap(({ place }) => (place ? [place] : [])) ?? [];
        return { span: found.place.span, places };
    }

    #at(document: LangiumDocument, offset: number): { place: RulePlace; view: SchemaView } | undefined {
        const view = this.#view(document);
        if (!view || !isSchemaDocument(document)) return undefined;
        const place = rulePlaceAt(document.parseResult.value, offset, view);
        return place && { place, view };
    }

    #view({ uri }: LangiumDocument): SchemaView | undefined {
        const [entry] = this.#parts.schemas.entriesOf(uri.toString());
        return entry === undefined ? undefined : this.#parts.schemas.view(entry);
    }

    #describe(place: RulePlace, view: SchemaView): string | undefined {
        if (place.kind === 'operation') {
            const texts = place.attribute.startsWith('@@') ? MODEL_OPERATIONS : FIELD_OPERATIONS;
            const text = texts[place.name];
            return text === undefined ? undefined : `\`${place.name}\` — ${text}`;
        }
        if (place.kind === 'call') {
            return place.name === 'auth' ? this.#describeAuth(view) : FUNCTIONS[place.name];
        }
        const sets = this.#roles(place, view);
        return sets && sets.length > 0
            ? describeRole(place.value, sets, (location) => this.#link(location, view))
            : undefined;
    }

    #roles({ value, member }: RulePlace & { kind: 'role' }, view: SchemaView): RoleSet[] | undefined {
        const { application, members } = this.#parts;
        const facts = application.state(view.entry)?.facts;
        const [only, ...others] = facts?.configs.configs ?? [];
        const config = others.length === 0 ? only : servingConfigOf(view, facts);
        if (!config) return undefined;
        const contexts = member.ofAuth ? (members.contexts(view) ?? []) : [];
        const origins = contexts.map((shape) => supplyOf(shape, member.name).member?.origin);
        return roleSetsFor(value, member, config, origins);
    }

    #describeAuth(view: SchemaView): string | undefined {
        const { auth } = view;
        if (!auth) return 'Nothing declares what `auth()` is: a type or model with `@@auth`, or a model named `User`.';
        const { declaration, by } = auth;
        const content = view.files.find(({ file }) => file === declaration.file)?.content ?? '';
        const range = toRange(content, declaration.nameSpan);
        const where = this.#link({ file: declaration.file, range }, view);
        const members = declaration.fields.map(({ name, type }) => `${name} ${printType(type)}`).join('\n');
        const calls = this.#parts.members.contexts(view)?.length;
        const passed =
            calls === undefined
                ? ''
                : calls === 0
                  ? ' No call of `$setAuth(…)` was found.'
                  : ` The application passes it in ${calls} ${calls === 1 ? 'call' : 'calls'} of \`$setAuth(…)\`.`;
        const why = by === '@@auth' ? '' : ' (by its name, since nothing has `@@auth`)';
        return (
            `Described by ${declaration.kind} \`${declaration.name}\`${why}, ${where}.${passed}\n\n` +
            `\`\`\`zmodel\n${members}\n\`\`\`\n\n` +
            'A member that is missing is `null` in rules, for an anonymous request every one; `auth().x == y` is then true where `y` is `null`, too.'
        );
    }

    #link({ file, range }: Location, view: SchemaView): string {
        const line = range.start.line + 1;
        const label = displayPath(this.#parts.features.folderOf(view.entry) ?? '', file).replace(/[[\]\\`*_]/g, '\\$&');
        return `[${label}:${line}](${toUri(file)}#L${line})`;
    }
}

/** The rule whose name or operations hold an offset, with the first model that it holds for. */
function ruleAt(view: SchemaView, file: string, offset: number): { model: PolicyModel; rule: PolicyRule } | undefined {
    for (const model of view.policies().models.values()) {
        for (const rule of [...model.rules, ...[...model.fields.values()].flatMap(({ rules }) => rules)]) {
            const isThere = rule.file === file && rule.span.start <= offset && offset <= rule.operationsSpan.end;
            if (isThere) return { model, rule };
        }
    }
    return undefined;
}

/** In: a role, the sets that it may belong to, how places are written. Out: Markdown. */
export function describeRole(value: string, sets: readonly RoleSet[], link: (place: Location) => string): string {
    return sets
        .map(({ plugin, names, open, place }) => {
            const others = names.map((name) => `\`${name}\``).join(', ');
            const more = open ? '; more can be made at run time' : '';
            const which = `the ${plugin} plugin’s roles (${others}${more})`;
            if (!names.includes(value)) return `\`${value}\` is none of ${which}.`;
            return `\`${value}\` is one of ${which}${place ? `, defined at ${link(place)}` : ''}.`;
        })
        .join('\n\n');
}
