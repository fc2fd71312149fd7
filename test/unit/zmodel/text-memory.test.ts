import assert from 'node:assert/strict';
import type { Expr, PolicyModel, PolicySchema } from '../../../src/model/policy.ts';
import type { SchemaView } from '../../../src/model/schema-view.ts';
import { versionOf } from '../../../src/model/versions.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { forgetRuleTexts } from '../../../src/zmodel/rule-texts.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';
import { Progress, timeLimit } from '../../support/nightly.ts';
import { SQLITE_PRELUDE } from '../../support/orm.ts';
import { BASE_SCHEMAS, schemaText } from '../../support/rules/base-schema.ts';
import { RuleGenerator } from '../../support/rules/generate-rules.ts';
import { Random } from '../../support/rules/random.ts';
import { policySchemaOf } from '../../support/rules/whole-schema.ts';

/** By night more: `npm run test:nightly`. */
const SCHEMAS = Number(process.env.MEMORY_SCHEMAS ?? 12);
const SEED = Number(process.env.MEMORY_SEED ?? 5);

function viewAt(file: string, text: string): SchemaView {
    return buildSchemaView(file, [{ ...parseSource(text), file, imports: [] }]);
}

/** A view and its rules as plain data, without the name of the file. */
function plain(view: SchemaView): unknown {
    const models = (all: PolicySchema['models']): unknown[] =>
        [...all.values()].map((model) => ({ ...model, fields: [...model.fields.values()] }));
    const { auth, ...policies } = view.policies();
    const data = {
        ...view,
        policies: { ...policies, auth: auth?.name, models: models(policies.models), types: models(policies.types) },
    };
    return JSON.parse(JSON.stringify(data).replaceAll(view.entry, '/schema.zmodel'));
}

/** An expression without its places. */
function printed(expr: Expr): string {
    return JSON.stringify(expr, (key, value: unknown) => (/span|outer/i.test(key) ? undefined : value));
}

type Edit = (text: string, random: Random) => string;

/** Replaces one of the places that fit. */
function replaceOne(pattern: RegExp, by: string): Edit {
    return (text, random) => {
        const all = [...text.matchAll(pattern)];
        if (all.length === 0) return text;
        const { index, 0: found } = random.pick(all);
        return text.slice(0, index) + found.replace(new RegExp(pattern.source), by) + text.slice(index + found.length);
    };
}

const EDITS: readonly Edit[] = [
    replaceOne(/^ {4}(\w+) String\?/gm, '    $1 String'),
    replaceOne(/^ {4}id String @id$/gm, '    id String @id\n    more String?'),
    replaceOne(/^ {4}more String\?\n/gm, ''),
    replaceOne(/^ {4}name String\??$/gm, '    title2 String'),
    replaceOne(/enum Role \{ ADMIN/g, 'enum Role { OTHER ADMIN'),
    replaceOne(/\[\]$/gm, '[] // many'),
    replaceOne(/^model (\w+)/gm, '/// About it.\nmodel $1'),
    replaceOne(/^model (\w+)/gm, '\n\nmodel $1'),
    replaceOne(/ with Stamped/g, ''),
    replaceOne(/model Tag /g, 'model Tag with Stamped '),
    replaceOne(/stamp String\?/g, 'stamp Int\n    @@deny("delete", stamp == 3)'),
    replaceOne(/model Note /g, 'model Memo '),
    replaceOne(/@@(allow|deny)\('(\w+)',/g, "@@deny('update',"),
    replaceOne(/==/g, '!='),
    replaceOne(/@unique/g, ''),
    replaceOne(/^type Auth /gm, 'type Person '),
    replaceOne(/@@auth\n/g, '\n'),
    replaceOne(/\)$/gm, ''),
    replaceOne(/ownerId String\??/g, 'ownerId String? @default(auth().id)'),
    replaceOne(/^ {4}@@(allow|deny)\(.*\n/gm, ''),
    replaceOne(/mark String\?/g, "mark String? @allow('read', auth().id == ownerId)"),
];

describe('what is remembered of declarations', function () {
    this.timeout(timeLimit(120_000));

    for (const kind of ['type', 'model'] as const) {
        it(`is what would be read anew, after edits, auth() is a ${kind}`, () => {
            const base = BASE_SCHEMAS[kind];
            const schema = policySchemaOf(SQLITE_PRELUDE + schemaText(base, {}));
            const random = new Random(SEED);
            const progress = new Progress(SCHEMAS);
            for (let index = 0; index < SCHEMAS; index += 1) {
                progress.at(index, () => 'no difference');
                const rules = new RuleGenerator(random, schema).rules(random.pick(['read', 'update', 'post-update']));
                const first = SQLITE_PRELUDE + schemaText(base, rules);
                let text = first;
                for (let edit = 0; edit < 12; edit += 1) {
                    const known = plain(viewAt('/known.zmodel', text));
                    // Nothing was read of a file of that name.
                    forgetRuleTexts();
                    const fresh = plain(viewAt(`/fresh-${kind}-${index}-${edit}.zmodel`, text));
                    assert.deepEqual(known, fresh, text);
                    text = edit === 9 ? first : random.pick(EDITS)(text, random);
                }
            }
        });
    }

    it('is of a rule of the same text what it means in each model', () => {
        const rules = `
    @@allow('read', parent.name == auth().id && kids?[owner == this.owner || parent.name == owner] && state == OPEN)
    @@allow('update', owner == state && this.owner == owner)
    @@deny('all', other == auth().id)`;
        const model = (name: string, parent: string, more: string): string => `model ${name} {
    id String @id
    parentId String
    parent ${parent} @relation(fields: [parentId], references: [id])
    owner String
    state State
${more}
${rules}
}
`;
        const schema = `${SQLITE_PRELUDE}enum State { OPEN }

enum Other { other }

${model('One', 'Two', '    kids Two[]')}
${model('Two', 'One', '    kids One[]\n    name String')}
${model('Three', 'Two', '    kids Three[]\n    other String')}
${model('User', 'Two', '    kids One[]\n    name String')}`;
        for (const name of ['One', 'Two', 'Three', 'User']) {
            const of = (view: SchemaView): unknown =>
                view
                    .policies()
                    .models.get(name)
                    ?.rules.map(({ condition }) => printed(condition));
            // With other blanks in the rules of all others, its own are read for it.
            const alone = schema.replaceAll(/^model (\w+) \{[^}]*\}/gm, (text, other: string) =>
                other === name ? text : text.replaceAll("',", "' ,"),
            );
            forgetRuleTexts();
            const expected = of(viewAt(`/${name}.zmodel`, alone));
            forgetRuleTexts();
            assert.deepEqual(of(viewAt(`/shared-${name}.zmodel`, schema)), expected, name);
        }
    });

    it('is not taken from a tree that became another since', () => {
        const file = '/late.zmodel';
        const now = `${SQLITE_PRELUDE}model Note {
    id String @id
    owner String @default(auth().id)
    @@allow('read', owner == auth().id)
}
`;
        const source = { ...parseSource(now), file, imports: [] };
        const view = buildSchemaView(file, [source]);
        // As an edit changes a document's tree before anybody asks for the rules.
        source.model.declarations = parseSource(now.replace('==', '!=')).model.declarations;
        view.policies();
        const [rule] = viewAt(file, now).policies().models.get('Note')?.rules ?? [];
        assert.equal(rule?.condition.kind === 'compare' ? rule.condition.operator : '', '==');
    });

    const versions = (text: string): Record<string, number | undefined> =>
        Object.fromEntries(
            [...viewAt('/v.zmodel', text).policies().models].map(([name, model]) => [name, versionOf(model)]),
        );
    const text = `${SQLITE_PRELUDE}model User {
    id String @id
    notes Note[]
}

model Note {
    id String @id
    ownerId String
    owner User @relation(fields: [ownerId], references: [id])
    @@allow('read', ownerId == auth().id)
}

model Last {
    id String @id
}
`;

    it('has the same version at another place, and another where something else is meant', () => {
        const before = versions(text);
        assert.ok(Object.values(before).every((version) => version !== undefined));
        assert.deepEqual(versions(text.replace('model User', '\n\nmodel User')), before);
        const edited = versions(text.replace('==', '!='));
        assert.notEqual(edited.Note, before.Note);
        assert.deepEqual([edited.User, edited.Last], [before.User, before.Last]);
        const renamed = versions(text.replace('ownerId]', 'id]'));
        assert.notEqual(renamed.User, before.User, 'the relation goes by another key');
        assert.deepEqual(versions(text), before);
    });

    it('gives the same model where nothing changed, and a new one where its place did', () => {
        const model = (content: string): PolicyModel | undefined =>
            viewAt('/m.zmodel', content).policies().models.get('Note');
        const before = model(text);
        assert.equal(model(text.replace('model Last', '\nmodel Last')), before);
        const moved = model(text.replace('model User', '\nmodel User'));
        assert.notEqual(moved, before);
        assert.equal(moved?.span.start, (before?.span.start ?? 0) + 1);
    });
});
