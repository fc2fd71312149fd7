import type { Finding } from '../model/finding.ts';
import type { Expr, PolicyModel, PolicySchema } from '../model/policy.ts';
import { foldExpr, foldPolicy } from '../rules/fold.ts';
import type { FoldWorld } from '../rules/fold.ts';
import { predicatesAround } from '../rules/expressions.ts';
import { fieldAt } from '../rules/static-types.ts';
import { throwingForms } from '../rules/throwing-forms.ts';
import type { ThrowingForm } from '../rules/throwing-forms.ts';
import { knownCalls, memberOf } from './auth-members.ts';
import { checkCircles } from './check-circles.ts';
import type { Check, CheckInput } from './check.ts';
import { lineOf } from './context-calls.ts';
import { contentOf, excerpt } from './rule-text.ts';
import { throwFixes } from './throw-fixes.ts';
import { writtenRules } from './written-rules.ts';
import type { WrittenRule } from './written-rules.ts';

/** A request in which something throws, in words. */
interface Request {
    world: FoldWorld;
    when: string;
    related: Finding['related'];
    /** Nobody is signed in. */
    isAnonymous: boolean;
}

const DATABASES: Readonly<Record<string, string>> = { sqlite: 'SQLite', mysql: 'MySQL' };

/**
 * A rule that validates, and that makes the ORM throw when it is needed. Where that goes by the request, it is
 * decided by what gets into the query: a part of a rule that another part makes irrelevant throws nothing.
 */
export const ruleThrowsAtRuntime: Check = (input): Finding[] => {
    const { view } = input;
    const schema = view.policies();
    const rules = writtenRules(view);
    const forms = rules
        .filter(({ rule }) => rule.traits.mayThrow)
        .flatMap((written) =>
            throwingForms(written.rule.condition, written.model, schema).flatMap((form) =>
                describe(input, schema, written, form),
            ),
        );
    return [...forms, ...checkCircles(view, schema, rules)];
};

function describe(input: CheckInput, schema: PolicySchema, written: WrittenRule, form: ThrowingForm): Finding[] {
    const { view } = input;
    const { rule } = written;
    if (rule.operations.length === 0 || isRefusedAnyway(schema, written, form)) return [];
    const request = form.when === 'query' ? requestFor(input, schema, written, form) : undefined;
    if (form.when === 'query' && !request) return [];
    const content = contentOf(view, rule.file);
    const text = excerpt(content, form.expr.span);
    return [
        {
            code: 'rule-throws-at-runtime',
            severity: 'error',
            file: rule.file,
            span: form.expr.span,
            message: `${reasonFor(form, schema, text, content)} ${consequence(form, request, content)}`,
            related: request?.related ?? [],
            fixes: throwFixes(view, schema, written, form, request?.isAnonymous === true),
        },
    ];
}

/** ZenStack itself reports comparisons of `auth()` with rows where a type describes it. */
function isRefusedAnyway(schema: PolicySchema, { rule, model }: WrittenRule, { kind, expr }: ThrowingForm): boolean {
    if (kind !== 'auth-of-type' || expr.kind !== 'compare') return false;
    const predicates = predicatesAround(rule.condition, expr);
    return [expr.left, expr.right].some((side) => {
        if (side.kind !== 'path' || side.root.kind === 'auth') return false;
        const field = fieldAt(schema, model, side, predicates);
        return field === undefined || field.relation !== undefined || field.type.array;
    });
}

function reasonFor(form: ThrowingForm, schema: PolicySchema, text: string, content: string): string {
    const database = DATABASES[schema.provider ?? ''] ?? '';
    const list = form.list ? excerpt(content, form.list.span, 40) : '';
    const name = form.expr.kind === 'call' ? `${form.expr.function}()` : '';
    switch (form.kind) {
        case 'auth-of-type':
            return `auth() can be compared only where a model describes it, which type ${schema.auth?.name ?? ''} isn't.`;
        case 'auth-in-list':
            return 'auth() by itself is no value that can stand in a list.';
        case 'before-itself':
            return 'before() by itself is no value: only its columns are, as in before().name.';
        case 'this-itself':
            return '"this" by itself is no value: only its fields are, as in this.name.';
        case 'list-function':
            return `${name} needs lists in the database, which ${database} lacks.`;
        case 'list-missing':
            return `${database} has no operator for "${text}" when the list is missing.`;
        case 'list-length':
            return `${database} can't tell the length of what is passed to isEmpty().`;
        case 'element-function':
            return `${name} can't be computed for the elements of ${list}, which aren't in the database.`;
        case 'element-before':
            return `before() can't be read for the elements of ${list}, whose condition doesn't mention "this".`;
        case 'element-binding':
            return `"${text}" is a row of the database, which can't be read in a condition on the elements of ${list} that doesn't mention "this".`;
        case 'element-relation':
        case 'element-list':
            return `"${text}" is a relation of an element of ${list}, which can't be followed by a plain name in a condition that mentions "this".`;
        case 'element-check':
            return `check() can't follow a relation of an element of ${list}, which isn't in the database.`;
    }
}

function consequence({ when, list }: ThrowingForm, request: Request | undefined, content: string): string {
    if (request) return `The query throws ${request.when}.`;
    if (when === 'elements' && list)
        return `The query throws for whoever has something in ${excerpt(content, list.span, 40)}.`;
    return 'Every query that needs this rule throws.';
}

/** A request for which the form gets into the query of some model and operation; undefined when there is none. */
function requestFor(
    input: CheckInput,
    schema: PolicySchema,
    written: WrittenRule,
    form: ThrowingForm,
): Request | undefined {
    const requests =
        form.kind === 'list-missing' && form.expr.kind === 'compare'
            ? requestsWithout(input, form.expr.right)
            : [present(schema)];
    const holders = [...schema.models.values()].filter((model) => isHeldBy(model, written) && model.intact);
    return requests.find(({ world }) => holders.some((model) => isInQuery(model, written, form.expr, world)));
}

function present({ provider }: PolicySchema): Request {
    const when = provider === 'sqlite' ? 'when there is a list' : 'then';
    return { world: { hasAuth: true, isMissing: () => undefined }, when, related: [], isAnonymous: false };
}

function isHeldBy(model: PolicyModel, { rule }: WrittenRule): boolean {
    if (rule.field !== undefined) return model.fields.get(rule.field)?.rules.includes(rule) === true;
    return model.rules.includes(rule);
}

function isInQuery(model: PolicyModel, { rule }: WrittenRule, expr: Expr, world: FoldWorld): boolean {
    if (rule.field !== undefined) return foldExpr(rule.condition, world).left.has(expr);
    return rule.operations.some((operation) => foldPolicy(model, operation, world).left.has(expr));
}

/** Requests that lack a member of `auth()`: the one without a user, and those that a call is known to make. */
function requestsWithout({ contexts = [], display }: CheckInput, list: Expr): Request[] {
    const name = list.kind === 'path' ? list.members[0]?.name : undefined;
    if (name === undefined) return [];
    const anonymous: Request = {
        world: { hasAuth: false, isMissing: () => true },
        when: 'for every request without a user',
        related: [],
        isAnonymous: true,
    };
    const calls = knownCalls(contexts).filter((call) => {
        const member = memberOf(call, name);
        return member ? member.optional || member.nullable || member.undefinable : !call.open;
    });
    const [call] = calls;
    if (!call) return [anonymous];
    const location = call.shape.call;
    return [
        {
            world: { hasAuth: true, isMissing: ([first]) => (first === name ? true : undefined) },
            when: `when "${name}" is missing, as it may be at ${lineOf(location, display)}`,
            related: [{ location, message: `"${name}" may be missing in what is passed here` }],
            isAnonymous: false,
        },
        anonymous,
    ];
}
