import type { Expr, PolicyField, PolicyRule } from '../model/policy.ts';
import { nextVersion, setVersion, versionOf } from '../model/versions.ts';
import { readDefault, readRules } from './policy-attributes.ts';
import type { Meanings, NamedDeclaration } from './policy-expression.ts';
import type { Own } from './policy-schema.ts';
import { TextMemory, moveSpan, placeOf } from './text-memory.ts';

/** What names meant when rules were read. */
interface Seen {
    /** Signatures of declarations that were looked at, by name; undefined for one that wasn't there. */
    declarations: ReadonlyMap<string, string | undefined>;
    enums: ReadonlyMap<string, string | undefined>;
    /** The name of what `auth()` was; undefined when that wasn't asked. */
    auth: { name: string | undefined } | undefined;
}

interface FieldReading {
    rules: PolicyRule[];
    default?: NonNullable<PolicyField['default']>;
}

/** The rules of a declaration and of its fields, and their defaults. It has a version unless its file has errors. */
export interface RuleReading {
    rules: PolicyRule[];
    /** Of the fields that have any. */
    fields: ReadonlyMap<string, FieldReading>;
    seen: Seen;
}

/** What names mean in a schema, with signatures: equal ones are of declarations that mean the same. */
export interface SignedMeanings extends Meanings {
    /** Undefined for what isn't there, or can't be compared with what was read before. */
    signatureOf(name: string): string | undefined;
}

const memory = new TextMemory<RuleReading>(moveReading);

/** The rules of a declaration: those that were read of the same text, where its names mean the same, else read anew. */
export function readingOf(own: Own, meanings: SignedMeanings): RuleReading {
    const place = placeOf(own.node, own.source);
    const read = (): RuleReading => readAnew(own, meanings);
    if (!place) return read();
    const readAndNumber = (): RuleReading => {
        const reading = read();
        setVersion(reading, nextVersion());
        return reading;
    };
    return memory.recall(place, readAndNumber, ({ seen }) => isSeenStill(seen, meanings));
}

function isSeenStill({ declarations, enums, auth }: Seen, meanings: SignedMeanings): boolean {
    if (auth && auth.name !== meanings.auth()?.name) return false;
    for (const [name, signature] of declarations) {
        if (signature === undefined || meanings.signatureOf(name) !== signature) return false;
    }
    for (const [value, owner] of enums) if (meanings.enumWith(value) !== owner) return false;
    return true;
}

/** Notes what is asked of a schema's meanings. */
class Recorder implements Meanings {
    readonly declarations = new Map<string, string | undefined>();
    readonly enums = new Map<string, string | undefined>();
    authSeen: Seen['auth'];
    readonly #meanings: SignedMeanings;

    constructor(meanings: SignedMeanings) {
        this.#meanings = meanings;
    }

    auth(): NamedDeclaration | undefined {
        const auth = this.#meanings.auth();
        this.authSeen = { name: auth?.name };
        return auth && this.declaration(auth.name);
    }

    declaration(name: string): NamedDeclaration | undefined {
        this.declarations.set(name, this.#meanings.signatureOf(name));
        return this.#meanings.declaration(name);
    }

    enumWith(value: string): string | undefined {
        const found = this.#meanings.enumWith(value);
        this.enums.set(value, found);
        return found;
    }
}

function readAnew({ node, view, source, structure }: Own, meanings: SignedMeanings): RuleReading {
    const { named } = structure;
    const schema = new Recorder(meanings);
    schema.declaration(named.name);
    const scope = { schema, owner: named, at: named, bindings: new Map<string, undefined>() };
    const rules = readRules(node.attributes, view, scope, source.syntaxErrors);
    const fields = new Map<string, FieldReading>();
    const nodes = new Map(node.fields.map((field) => [field.name, field]));
    for (const { name, attributes } of view.ownFields) {
        const field = nodes.get(name);
        if (!field || attributes.length === 0) continue;
        const own = readRules(field.attributes, view, scope, source.syntaxErrors, name);
        const written = attributes.find((attribute) => attribute.name === '@default');
        if (own.length === 0 && !written) continue;
        const reading: FieldReading = { rules: own, ...(written && { default: { span: written.span } }) };
        if (reading.default) readDefault(field, reading.default, scope);
        fields.set(name, reading);
    }
    return { rules, fields, seen: { declarations: schema.declarations, enums: schema.enums, auth: schema.authSeen } };
}

function moveReading(reading: RuleReading, by: number): RuleReading {
    const fields = new Map<string, FieldReading>();
    for (const [name, { rules, default: value }] of reading.fields) {
        fields.set(name, {
            rules: rules.map((rule) => moveRule(rule, by)),
            ...(value && {
                default: {
                    span: moveSpan(value.span, by),
                    ...(value.value && { value: moveExpr(value.value, by) }),
                },
            }),
        });
    }
    const moved = { rules: reading.rules.map((rule) => moveRule(rule, by)), fields, seen: reading.seen };
    const version = versionOf(reading);
    if (version !== undefined) setVersion(moved, version);
    return moved;
}

function moveRule(rule: PolicyRule, by: number): PolicyRule {
    return {
        ...rule,
        span: moveSpan(rule.span, by),
        operationsSpan: moveSpan(rule.operationsSpan, by),
        condition: moveExpr(rule.condition, by),
    };
}

function moveExpr(expr: Expr, by: number): Expr {
    const place = { span: moveSpan(expr.span, by), ...(expr.outer && { outer: moveSpan(expr.outer, by) }) };
    switch (expr.kind) {
        case 'array':
            return { ...expr, ...place, items: expr.items.map((item) => moveExpr(item, by)) };
        case 'path':
            return {
                ...expr,
                ...place,
                rootSpan: moveSpan(expr.rootSpan, by),
                members: expr.members.map(({ name, span }) => ({ name, span: moveSpan(span, by) })),
            };
        case 'not':
            return { ...expr, ...place, operand: moveExpr(expr.operand, by) };
        case 'and':
        case 'or':
        case 'compare':
            return {
                ...expr,
                ...place,
                operatorSpan: moveSpan(expr.operatorSpan, by),
                left: moveExpr(expr.left, by),
                right: moveExpr(expr.right, by),
            };
        case 'predicate':
            return { ...expr, ...place, list: moveExpr(expr.list, by), condition: moveExpr(expr.condition, by) };
        case 'call':
            return {
                ...expr,
                ...place,
                functionSpan: moveSpan(expr.functionSpan, by),
                args: expr.args.map((arg) => moveExpr(arg, by)),
            };
        default:
            return { ...expr, ...place };
    }
}
