import type { PolicyField, PolicyRule } from '../model/policy.ts';
import type { Span } from '../model/text.ts';
import { nextVersion, setVersion, versionOf } from '../model/versions.ts';
import { cstOf, spanOf } from './cst.ts';
import { moveExpr, moveRule } from './move-rules.ts';
import { readDefault, readRules } from './policy-attributes.ts';
import type { Own } from './policy-schema.ts';
import { Recorder } from './recorder.ts';
import type { Seen, SignedMeanings } from './recorder.ts';
import { recallRule } from './rule-texts.ts';
import { TextMemory, isCurrent, moveSpan, placeOf } from './text-memory.ts';

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

const memory = new TextMemory<RuleReading>(moveReading);

/** The rules of a declaration: those that were read of the same text, where its names mean the same, else read anew. */
export function readingOf(own: Own, meanings: SignedMeanings): RuleReading {
    const place = placeOf(own.node, own.source);
    const read = (): RuleReading => readAnew(own, meanings);
    const isRight = ({ seen }: RuleReading): boolean => isSeenStill(seen, meanings);
    if (!place) return read();
    // What is read of another text isn't what is to be remembered of this one.
    if (!isCurrent(own.node, own.source)) return memory.find(place, isRight) ?? read();
    const readAndNumber = (): RuleReading => {
        const reading = read();
        setVersion(reading, nextVersion());
        return reading;
    };
    return memory.recall(place, readAndNumber, isRight);
}

function isSeenStill({ declarations, enums, auth }: Seen, meanings: SignedMeanings): boolean {
    if (auth && auth.name !== meanings.auth()?.name) return false;
    for (const [name, signature] of declarations) {
        if (signature === undefined || meanings.signatureOf(name) !== signature) return false;
    }
    for (const [value, owner] of enums) if (meanings.enumWith(value) !== owner) return false;
    return true;
}

function readAnew({ node, view, source, structure }: Own, meanings: SignedMeanings): RuleReading {
    const { named } = structure;
    const schema = new Recorder(meanings, named);
    const scope = { schema, owner: named, at: named, bindings: new Map<string, undefined>() };
    const { content, syntaxErrors } = source;
    // With errors in the file, the same text may be read in another way.
    const recall =
        syntaxErrors.length > 0 || !isCurrent(node, source)
            ? undefined
            : ({ start, end }: Span, read: (known?: PolicyRule) => PolicyRule): PolicyRule =>
                  recallRule({ text: content.slice(start, end), start }, schema, read);
    const rules = readRules(node.attributes, view, scope, { syntaxErrors, recall });
    const fields = new Map<string, FieldReading>();
    for (const field of node.fields) {
        const { attributes } = field;
        // A recovered tree may lack what the types promise.
        const name = field.name as string | undefined;
        if (name === undefined || attributes.length === 0) continue;
        const own = readRules(attributes, view, scope, { syntaxErrors, recall }, name);
        const written = attributes.find((attribute) => attribute.decl.$refText === '@default');
        if (own.length === 0 && !written) continue;
        const reading: FieldReading = { rules: own };
        if (written) {
            reading.default = { span: spanOf(cstOf(written)) };
            readDefault(written, reading.default, scope);
        }
        fields.set(name, reading);
    }
    return { rules, fields, seen: schema.seen };
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
