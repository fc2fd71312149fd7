import type { Expr, Operation, PolicyModel, PolicyRule, PolicySchema } from '../model/policy.ts';
import { article, describeWitness, listOf } from './describe.ts';
import { Permit } from './permit.ts';
import { conjunctsOf, disjunctsOf, joined, phraseOf } from './phrases.ts';
import type { Phrase, Wording } from './phrases.ts';
import { createProbe, rowFor, search } from './probe.ts';
import type { Probe, Witness } from './probe.ts';
import { isUnknowable } from './truth.ts';

/** More ways than these are counted, not told. */
const MAX_WAYS = 4;

/** What explaining takes. */
export interface ExplainInput {
    schema: PolicySchema;
    /** The model that the rule holds for. */
    model: PolicyModel;
    rule: PolicyRule;
    /** The content of the rule's file. */
    content: string;
}

type Literal = ReturnType<typeof conjunctsOf>[number];

/** One of the ways by which a condition holds. */
interface Way {
    subject: 'everyone' | 'signed-in users' | 'anonymous requests' | 'users' | 'those';
    actor: string[];
    row: string[];
    /** Anonymous requests pass, though it reads as if they didn't. */
    surprise?: Witness;
    /** Whether anonymous requests pass isn't known. */
    isUnsure: boolean;
}

/**
 * Says in words what a rule grants, or refuses, to whom. Whether anonymous requests are among them is found by
 * a search through small worlds, of this rule alone.
 * Out: sentences without Markdown but for code in backticks; the first tells the rule.
 */
export function explainRule({ schema, model, rule, content }: ExplainInput): string[] {
    const wording: Wording = {
        schema,
        operations: rule.operations,
        textOf: ({ span }) => content.slice(span.start, span.end).replaceAll(/\s+/g, ' ').replaceAll('`', "'"),
    };
    const object = rule.field === undefined ? article(rule.declaredIn) : `${rule.field} of ${article(rule.declaredIn)}`;
    const operations = operationsOf(rule);
    if (operations.length === 0) return ['Names no operation, and so does nothing.'];
    const { condition } = rule;
    const always = condition.kind === 'literal' ? condition.value === true : undefined;
    if (always === false)
        return [`Never ${rule.effect === 'allow' ? 'allows' : 'refuses'} anything: its condition is false.`];
    if (always === true) return [sentence(rule, operations, object, 'everyone, signed in or not,', '')];
    if (rule.condition.kind === 'unknown') return [`Can't be told: ${rule.condition.reason}.`];
    const probe = createProbe(schema, () => true);
    const ways = disjunctsOf(condition).map((part) => wayOf(part, { probe, model, rule, wording }));
    return [tell(mergeRowWays(ways), rule, operations, object), ...notesOn(ways, probe, rule)];
}

/** Of a rule on a field, only reading and updating count. */
function operationsOf({ operations, field }: PolicyRule): Operation[] {
    const known = field === undefined ? operations : operations.filter((each) => each === 'read' || each === 'update');
    return [...new Set(known)];
}

interface Around {
    probe: Probe;
    model: PolicyModel;
    rule: PolicyRule;
    wording: Wording;
}

function wayOf(part: Literal, around: Around): Way {
    const phrases = conjunctsOf(part.expr, part.isNegated).map((each) =>
        phraseOf(each.expr, each.isNegated, around.wording),
    );
    const told = phrases.filter(({ only }) => only === undefined);
    const texts = (about: Phrase['about']): string[] =>
        told.filter((each) => each.about === about).map(({ text }) => text);
    const base = { actor: texts('actor'), row: texts('row') };
    if (phrases.some(({ only }) => only === 'anonymous')) {
        return { subject: 'anonymous requests', ...base, isUnsure: false };
    }
    if (
        phrases.some(({ byParent }) => byParent) &&
        phrases.every(({ about, byParent }) => about === 'row' || byParent)
    ) {
        return { subject: 'those', ...base, isUnsure: false };
    }
    const { witness, isSure } = anonymousPass(part, around);
    if (!witness)
        return { subject: isSure || requiresUser(phrases) ? 'signed-in users' : 'users', ...base, isUnsure: !isSure };
    if (around.rule.effect === 'allow' && base.actor.length > 0) {
        return { subject: 'users', ...base, surprise: witness, isUnsure: false };
    }
    return { subject: 'everyone', ...base, isUnsure: false };
}

function requiresUser(phrases: readonly Phrase[]): boolean {
    return phrases.some(({ only }) => only === 'signed-in');
}

/** A world in which a part of a condition is true for an anonymous request. */
function anonymousPass(
    { expr, isNegated }: Literal,
    { probe, model, rule }: Around,
): { witness?: Witness; isSure: boolean } {
    const operation = rule.operations.find((each) => each !== 'create' && each !== 'post-update') ?? rule.operations[0];
    if (operation === undefined || operation === 'post-update') return { isSure: false };
    const condition: Expr = isNegated ? { kind: 'not', operand: expr, span: expr.span } : expr;
    let witness: Witness | undefined;
    const { isExhaustive } = search(probe, model, 'anonymous', (world) => {
        const row = rowFor(world, model.name, operation);
        const truth = new Permit(probe.schema, world).condition(condition, operation, row);
        if (isUnknowable(truth)) return 'unsure';
        if (truth !== true) return 'go on';
        witness = { operation, model: model.name, world, row };
        return 'stop';
    });
    return { ...(witness && { witness }), isSure: isExhaustive };
}

/** Ways that say nothing about who asks are told as one. */
function mergeRowWays(ways: readonly Way[]): Way[] {
    const isPlain = ({ actor, row, surprise }: Way): boolean => actor.length === 0 && row.length > 0 && !surprise;
    const result: Way[] = [];
    for (const way of ways) {
        const same = isPlain(way) ? result.find((each) => isPlain(each) && each.subject === way.subject) : undefined;
        if (same) same.row = [`${together(same.row)} or ${together(way.row)}`];
        else result.push({ ...way });
    }
    return result;
}

/** Several parts, so that something can be put beside them. */
function together(parts: readonly string[]): string {
    return parts.length > 1 ? `(${joined(parts)})` : joined(parts);
}

function tell(ways: readonly Way[], rule: PolicyRule, operations: Operation[], object: string): string {
    const [only, ...others] = ways;
    if (only && others.length === 0) {
        const row = only.row.length > 0 ? ` where ${joined(only.row)}` : '';
        return sentence(rule, operations, object, actorsOf(only), row);
    }
    const shown = ways.slice(0, MAX_WAYS).map((way) => {
        const row = way.row.length > 0 ? ` where ${joined(way.row)}` : '';
        return actorsOf(way) + row;
    });
    const more = ways.length - shown.length;
    const all = [...shown, ...(more > 0 ? [`${more} more`] : [])];
    return sentence(rule, operations, object, `${all.slice(0, -1).join(', ')}, or ${all.at(-1) ?? ''},`, '');
}

function actorsOf({ subject, actor }: Way): string {
    if (actor.length === 0) return subject;
    const text = joined(actor);
    return `${subject} ${subject === 'everyone' ? text.replaceAll('who are ', 'who is ').replaceAll('who have ', 'who has ') : text}`;
}

const GERUNDS: Readonly<Record<string, string>> = {
    create: 'creating',
    read: 'reading',
    update: 'updating',
    delete: 'deleting',
};

function sentence(
    rule: PolicyRule,
    operations: readonly Operation[],
    object: string,
    actors: string,
    row: string,
): string {
    const direct = operations.filter((each) => each !== 'post-update');
    const isAfter = operations.includes('post-update');
    const isAllow = rule.effect === 'allow';
    if (direct.length === 0) {
        const by = actors.replace(/,$/, '');
        const who = by === 'users' || by === 'everyone' ? '' : ` by ${by}`;
        const rest = `${who}${row}; the row is meant as an update leaves it.`;
        return isAllow ? `Lets updates of ${object} stand${rest}` : `Undoes updates of ${object}${rest}`;
    }
    const after = isAfter ? '; after an update the same is asked of the row as it becomes' : '';
    return isAllow
        ? `Lets ${actors} ${listOf(direct)} ${object}${row}${after}.`
        : `Stops ${actors} from ${listOf(direct.map((each) => GERUNDS[each] ?? each))} ${object}${row}${after}.`;
}

function notesOn(ways: readonly Way[], probe: Probe, rule: PolicyRule): string[] {
    const surprise = ways.find((way) => way.surprise)?.surprise;
    const notes = !surprise
        ? []
        : rule.field === undefined
          ? [`By this rule alone: ${lowerFirst(describeWitness(probe, surprise).sentence)}`]
          : ['By this rule alone, anonymous requests pass, too.'];
    const isOpen = ways.some(({ isUnsure, subject }) => isUnsure && subject === 'users');
    const isAfter = rule.operations.every((operation) => operation === 'post-update');
    return isOpen && !isAfter ? [...notes, "Whether anonymous requests are among them can't be told."] : notes;
}

function lowerFirst(text: string): string {
    return text.charAt(0).toLowerCase() + text.slice(1);
}
