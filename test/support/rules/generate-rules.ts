import type { Operation, PolicyField, PolicyModel, PolicySchema } from '../../../src/model/policy.ts';
import type { Rules } from './base-schema.ts';
import { ROLES, WORDS, isSetByUpdates } from './generate-data.ts';
import { holderOf, lineageOf } from '../../../src/rules/lineage.ts';
import type { Random } from './random.ts';

/** Where a condition stands. */
interface Place {
    operation: Operation;
    /** The rule is about creating too, in which only relations with the keys on their side may be used. */
    isCreate: boolean;
    /** The rule's own model. */
    model: string;
    /** What plain names belong to. */
    at: PolicyModel;
    /** Within a predicate over a list of `auth()`. */
    isValue: boolean;
    /** Such a predicate is evaluated in JavaScript unless it mentions `this`, and then no row is at hand. */
    isScript: boolean;
    bindings: readonly { name: string; of: PolicyModel; isValue: boolean }[];
    depth: number;
}

/** A scalar type; `isOptional` where only what may be null will do. */
interface Wanted {
    name: string;
    isOptional?: boolean;
}

type Maker = readonly [number, () => string | undefined];

/** Writes rules at random in the language that ZModel allows. */
export class RuleGenerator {
    readonly #random: Random;
    readonly #schema: PolicySchema;

    constructor(random: Random, schema: PolicySchema) {
        this.#random = random;
        this.#schema = schema;
    }

    /** Rules for the models of a base schema. In: the operation that they are mostly about. */
    rules(operation: Operation): Record<string, Rules> {
        const random = this.#random;
        const result: Record<string, Rules> = {};
        const count = random.weighted<number>([
            [1, () => (operation === 'post-update' ? 1 : random.below(2))],
            [4, () => 1],
            [4, () => 2],
            [2, () => 3],
        ]);
        const model = Array.from({ length: count }, () => this.#rule('Todo', operation, count));
        if (operation === 'post-update' && random.chance(0.8)) model.unshift("@@allow('update', true)");
        const isWithFields = (operation === 'read' || operation === 'update') && random.chance(0.12);
        result.Todo = { model, ...(isWithFields && { fields: this.#fieldRules(operation) }) };
        // The bases of a todo, of which often one has no more to say.
        for (const { name } of lineageOf(this.#schema, this.#declaration('Todo')).slice(0, -1)) {
            const number = random.below(3);
            const rest = Array.from({ length: number }, () => this.#rule(name, operation, number));
            const isOpen = random.chance(0.6);
            const open = operation === 'post-update' || isOpen ? ["@@allow('all', true)"] : [];
            const isWithMarks = (operation === 'read' || operation === 'update') && random.chance(0.12);
            result[name] = {
                model: [...open, ...rest],
                ...(isWithMarks && { fields: this.#fieldRules(operation, name) }),
            };
        }
        // What check() goes by.
        for (const name of ['Org', 'User', 'Folder']) {
            const place = this.#random.pick<Operation>([operation, operation, 'read', 'update']);
            const number = this.#random.below(3);
            result[name] = { model: Array.from({ length: number }, () => this.#rule(name, place, 2, 1)) };
        }
        return result;
    }

    #rule(model: string, operation: Operation, siblings: number, depth = 2): string {
        const random = this.#random;
        const effect = random.chance(siblings === 1 ? 0.15 : 0.35) ? 'deny' : 'allow';
        const written =
            operation === 'post-update'
                ? random.pick(['post-update', 'post-update', 'all,post-update', 'update,post-update'])
                : random.pick([operation, operation, 'all', `${operation}, delete`, `read,${operation}`]);
        const isPost = written === 'post-update';
        const place: Place = {
            operation: isPost ? 'post-update' : operation === 'post-update' ? 'update' : operation,
            isCreate: /create|all/.test(written),
            model,
            at: this.#declaration(model),
            isValue: false,
            isScript: false,
            bindings: [],
            depth,
        };
        const condition = random.chance(0.05) ? random.pick(['true', 'false']) : this.#condition(place);
        return `@@${effect}('${written}', ${condition})`;
    }

    #fieldRules(operation: 'read' | 'update', model = 'Todo'): Record<string, string[]> {
        const random = this.#random;
        const at = this.#declaration(model);
        const place: Place = {
            operation,
            isCreate: false,
            model,
            at,
            isValue: false,
            isScript: false,
            bindings: [],
            depth: 1,
        };
        const result: Record<string, string[]> = {};
        const columns = ['title', 'score', 'mark', 'assetmark', 'docmark'].filter(
            (name) => at.fields.has(name) && holderOf(this.#schema, at, name) === at,
        );
        for (const name of columns.filter(() => random.chance(0.5))) {
            result[name] = Array.from({ length: 1 + random.below(2) }, () => {
                const effect = random.pick(['allow', 'allow', 'deny']);
                return `@${effect}('${random.pick([operation, 'all'])}', ${this.#condition(place)})`;
            });
        }
        return result;
    }

    #declaration(name: string): PolicyModel {
        const found = this.#schema.models.get(name) ?? this.#schema.types.get(name);
        if (!found) throw new Error(`No ${name}.`);
        return found;
    }

    #condition(place: Place): string {
        const random = this.#random;
        const inner = (): string => this.#condition({ ...place, depth: place.depth - 1 });
        const joined = (): string => {
            const parts = [inner(), inner(), ...(random.chance(0.3) ? [inner()] : [])];
            return parts
                .map((part) => (random.chance(0.3) ? `(${part})` : part))
                .reduce((left, right) => `${left} ${random.pick(['&&', '||'])} ${right}`);
        };
        return random.weighted<string>([
            [place.depth > 0 ? 5 : 0.01, () => (place.depth > 0 ? joined() : undefined)],
            [place.depth > 0 ? 1.5 : 0.01, () => (place.depth > 0 ? `!(${inner()})` : undefined)],
            [10, () => this.#atom(place)],
        ]);
    }

    #atom(place: Place): string {
        const random = this.#random;
        const isRow = !place.isScript;
        const makers: Maker[] = [
            [1, () => `auth() ${random.pick(['==', '!='])} null`],
            [6, () => this.#comparison(place)],
            [1.5, () => this.#nullCheck(place)],
            [1, () => this.#path(place, { name: 'Boolean' })],
            [
                0.5,
                () => {
                    const path = this.#path(place, { name: 'Boolean' });
                    return path && `!${path}`;
                },
            ],
            [1.5, () => this.#membership(place)],
            [place.depth > 0 ? 2.5 : 0.6, () => this.#valuePredicate(place)],
        ];
        if (isRow) {
            makers.push([place.depth > 0 ? 3 : 0.7, () => this.#rowPredicate(place)]);
            if (!place.isValue) {
                makers.push(
                    [1.2, () => this.#text(place)],
                    [place.bindings.length === 0 ? 1.5 : 0.4, () => this.#check(place)],
                    [
                        0.4,
                        () => `currentOperation() == '${random.pick(['read', 'update', 'create', place.operation])}'`,
                    ],
                    [0.3, () => `currentModel() == '${random.pick(['Todo', 'User', place.at.name])}'`],
                    [0.15, () => this.#casing(place)],
                    [0.08, () => this.#listFunction(place)],
                    [1.5, () => this.#authComparison(place)],
                );
            }
        }
        return random.weighted(makers);
    }

    // ---- values

    #fields(model: PolicyModel, { name, isOptional }: Wanted): PolicyField[] {
        return [...model.fields.values()].filter(
            (field) =>
                field.type.name === name &&
                (field.type.optional || !isOptional) &&
                !field.type.array &&
                !isSetByUpdates(field.name) &&
                !field.isGenerated &&
                field.name !== 'createdAt',
        );
    }

    #toOne(model: PolicyModel, isOwnedOnly = false): PolicyField[] {
        return [...model.fields.values()].filter(
            ({ relation }) => relation && !relation.many && (relation.owned || !isOwnedOnly),
        );
    }

    /** Members that lead to a scalar of a type, over to-one relations. */
    #members(model: PolicyModel, type: Wanted, hops: number, isOwnedOnly = false): string[] | undefined {
        const random = this.#random;
        if (hops > 0 && random.chance(0.35)) {
            const relations = this.#toOne(model, isOwnedOnly);
            if (relations.length > 0) {
                const relation = random.pick(relations);
                const rest = this.#members(this.#declaration(relation.type.name), type, hops - 1);
                return rest && [relation.name, ...rest];
            }
        }
        const fields = this.#fields(model, type);
        return fields.length === 0 ? undefined : [random.pick(fields).name];
    }

    #authMembers(type: Wanted): string | undefined {
        const { auth } = this.#schema;
        if (!auth) return undefined;
        const holders: [string, PolicyModel][] = [['auth()', auth]];
        const addHolders = (prefix: string, model: PolicyModel, hops: number): void => {
            for (const field of model.fields.values()) {
                if (field.type.array || (field.type.kind !== 'type' && field.type.kind !== 'model')) continue;
                const next = this.#declaration(field.type.name);
                holders.push([`${prefix}.${field.name}`, next]);
                if (hops > 0) addHolders(`${prefix}.${field.name}`, next, hops - 1);
            }
        };
        addHolders('auth()', auth, 1);
        const [first] = holders;
        const [text, model] = first && this.#random.chance(0.75) ? first : this.#random.pick(holders);
        const fields = this.#fields(model, type);
        return fields.length === 0 ? undefined : `${text}.${this.#random.pick(fields).name}`;
    }

    /** A path to a scalar of a type. */
    #path(place: Place, type: Wanted): string | undefined {
        const random = this.#random;
        const makers: Maker[] = [
            [3, () => this.#authMembers(type)],
            [5, () => this.#members(place.at, type, place.isValue ? 0 : 2, place.isCreate)?.join('.')],
        ];
        if (!place.isScript) {
            makers.push([
                place.bindings.length > 0 || place.isValue ? 3 : 1,
                () => {
                    const members = this.#members(this.#declaration(place.model), type, 2);
                    return members && ['this', ...members].join('.');
                },
            ]);
        }
        const bindings = place.bindings.filter(({ isValue }) => isValue || !place.isScript);
        if (bindings.length > 0) {
            const binding = random.pick(bindings);
            makers.push([
                3,
                () => {
                    const members = this.#members(binding.of, type, binding.isValue ? 0 : 1);
                    return members && [binding.name, ...members].join('.');
                },
            ]);
        }
        if (place.operation === 'post-update' && !place.isScript) {
            makers.push([
                4,
                () => {
                    const fields = this.#fields(this.#declaration(place.model), type);
                    return fields.length === 0 ? undefined : `before().${random.pick(fields).name}`;
                },
            ]);
        }
        return random.tryWeighted(makers);
    }

    #literal(type: string): string {
        const random = this.#random;
        switch (type) {
            case 'Int':
                return String(random.below(4));
            case 'Float':
                return random.pick(['0.5', '1.5', '2']);
            case 'Boolean':
                return random.pick(['true', 'false']);
            case 'Role':
                return random.pick(ROLES);
            case 'DateTime':
                return 'now()';
            default:
                return `'${random.pick(WORDS)}'`;
        }
    }

    #comparison(place: Place): string | undefined {
        const random = this.#random;
        const type = random.pick(['String', 'String', 'String', 'Int', 'Float', 'Boolean', 'Role', 'DateTime']);
        const isOrdered = type === 'Int' || type === 'Float' || type === 'DateTime';
        if (type === 'DateTime' && (place.isScript || place.isValue)) return undefined;
        const operator = random.pick(isOrdered ? ['==', '!=', '<', '<=', '>', '>='] : ['==', '==', '!=']);
        const left = this.#path(place, { name: type });
        const right = random.chance(0.35) ? this.#literal(type) : this.#path(place, { name: type });
        if (left === undefined || right === undefined) return undefined;
        return random.chance(0.2) && right !== 'now()'
            ? `${right} ${operator} ${left}`
            : `${left} ${operator} ${right}`;
    }

    #nullCheck(place: Place): string | undefined {
        const random = this.#random;
        const operator = random.pick(['==', '!=']);
        if (!place.isValue && !place.isScript && random.chance(0.3)) {
            const relations = this.#toOne(place.at, place.isCreate).filter(({ type }) => type.optional);
            if (relations.length > 0) return this.#nullTest(random.pick(relations).name, operator);
        }
        const path = this.#path(place, { name: random.pick(['String', 'Int', 'Role', 'Boolean']), isOptional: true });
        return path && this.#nullTest(path, operator);
    }

    #nullTest(path: string, operator: string): string {
        return this.#random.chance(0.2) ? `null ${operator} ${path}` : `${path} ${operator} null`;
    }

    #membership(place: Place): string | undefined {
        const random = this.#random;
        const type = random.pick(['String', 'Int', 'Role']);
        const left = random.chance(0.1) ? this.#literal(type) : this.#path(place, { name: type });
        if (left === undefined) return undefined;
        if (random.chance(0.2) && this.#schema.auth?.fields.has('tags') && type !== 'Role') {
            return `${left} in auth().${type === 'String' ? 'tags' : 'levels'}`;
        }
        const items = Array.from({ length: 1 + random.below(3) }, () =>
            random.chance(0.7) ? this.#literal(type) : (this.#path(place, { name: type }) ?? this.#literal(type)),
        );
        return `${left} in [${items.join(', ')}]`;
    }

    // ---- relations and lists

    #operator(): string {
        return this.#random.pick(['?', '?', '?', '!', '^']);
    }

    #binding(place: Place): string | undefined {
        return this.#random.chance(0.35) ? `b${place.bindings.length + 1}` : undefined;
    }

    /** A predicate over a list of what was passed. */
    #valuePredicate(place: Place): string | undefined {
        const random = this.#random;
        const { auth } = this.#schema;
        if (!auth) return undefined;
        const lists: { text: string; of: string }[] = [];
        const add = (prefix: string, model: PolicyModel): void => {
            for (const field of model.fields.values()) {
                if (field.type.array && (field.type.kind === 'type' || field.type.kind === 'model')) {
                    lists.push({ text: prefix + field.name, of: field.type.name });
                }
            }
        };
        add('auth().', auth);
        // Upstream's scopes know the members of types only right behind `auth()`.
        if (place.isValue && place.at.kind !== 'type') add('', place.at);
        const [binding] = place.bindings.filter(({ isValue }) => isValue);
        if (binding) add(`${binding.name}.`, binding.of);
        if (lists.length === 0) return undefined;
        const list = random.pick(lists);
        const of = this.#declaration(list.of);
        const name = of.kind === 'type' ? undefined : this.#binding(place);
        const isScript = place.isScript || random.chance(0.5);
        const inner: Place = {
            ...place,
            at: of,
            isValue: true,
            isScript,
            bindings: name === undefined ? place.bindings : [...place.bindings, { name, of, isValue: true }],
            depth: place.depth - 1,
        };
        const condition = this.#condition(inner);
        const needsThis = !isScript && !condition.includes('this');
        const type = { name: 'String' };
        const own = this.#members(this.#declaration(place.model), type, 1);
        const element = this.#members(of, type, 0);
        const whole =
            needsThis && own && element ? `${element.join('.')} == this.${own.join('.')} && ${condition}` : condition;
        return `${list.text}${this.#operator()}[${name === undefined ? '' : `${name}, `}${whole}]`;
    }

    /** A predicate over a to-many relation. */
    #rowPredicate(place: Place): string | undefined {
        const random = this.#random;
        const starts: { text: string; model: PolicyModel }[] = [
            { text: 'this.', model: this.#declaration(place.model) },
        ];
        if (!place.isValue) starts.push({ text: '', model: place.at }, { text: '', model: place.at });
        for (const { name, of, isValue } of place.bindings) if (!isValue) starts.push({ text: `${name}.`, model: of });
        let { text, model } = random.pick(starts);
        for (let hops = random.pick([0, 0, 1, 2]); hops > 0; hops--) {
            const relations = this.#toOne(model, place.isCreate);
            if (relations.length === 0) break;
            const relation = random.pick(relations);
            text += `${relation.name}.`;
            model = this.#declaration(relation.type.name);
        }
        const isOwn = model.name === place.model && text === '';
        const lists = [...model.fields.values()].filter(({ relation }) => relation?.many);
        if (lists.length === 0 || (place.isCreate && isOwn)) return undefined;
        const list = random.pick(lists);
        const name = this.#binding(place);
        const of = this.#declaration(list.type.name);
        const condition = this.#condition({
            ...place,
            at: of,
            isValue: false,
            bindings: name === undefined ? place.bindings : [...place.bindings, { name, of, isValue: false }],
            depth: place.depth - 1,
        });
        return `${text}${list.name}${this.#operator()}[${name === undefined ? '' : `${name}, `}${condition}]`;
    }

    #authComparison(place: Place): string | undefined {
        const random = this.#random;
        const { auth } = this.#schema;
        if (!auth || auth.kind === 'type') return undefined;
        const paths: string[] = [];
        const visit = (prefix: string, model: PolicyModel, hops: number): void => {
            for (const field of this.#toOne(model, place.isCreate)) {
                if (field.type.name === auth.name) paths.push(prefix + field.name);
                if (hops > 0) visit(`${prefix}${field.name}.`, this.#declaration(field.type.name), hops - 1);
            }
        };
        visit('', place.at, 1);
        for (const { name, of, isValue } of place.bindings) if (!isValue) visit(`${name}.`, of, 0);
        if (place.model === auth.name) paths.push('this');
        if (paths.length === 0) return undefined;
        const path = random.pick(paths);
        const operator = random.pick(['==', '==', '!=']);
        return random.chance(0.5) ? `auth() ${operator} ${path}` : `${path} ${operator} auth()`;
    }

    #text(place: Place): string | undefined {
        const random = this.#random;
        const name = random.pick(['contains', 'startsWith', 'endsWith']);
        const field = random.chance(0.8)
            ? this.#members(place.at, { name: 'String' }, 1, place.isCreate)?.join('.')
            : this.#path(place, { name: 'String' });
        const search = random.weighted<string | undefined>([
            [4, () => this.#authMembers({ name: 'String' })],
            [4, () => `'${random.pick(WORDS)}'`],
            [1, () => this.#path(place, { name: 'String' })],
        ]);
        if (field === undefined || search === undefined) return undefined;
        return `${name}(${field}, ${search}${random.chance(0.2) ? `, ${random.pick(['true', 'false'])}` : ''})`;
    }

    #casing(place: Place): string {
        const [casing, cased] = this.#random.pick([
            ['upper', (text: string) => text.toUpperCase()],
            ['lower', (text: string) => text.toLowerCase()],
            ['original', (text: string) => text],
            ['capitalize', (text: string) => text.charAt(0).toUpperCase() + text.slice(1)],
            ['uncapitalize', (text: string) => text.charAt(0).toLowerCase() + text.slice(1)],
        ] as const);
        return this.#random.chance(0.5)
            ? `currentModel('${casing}') == '${cased(place.at.name)}'`
            : `currentOperation('${casing}') == '${cased(place.operation)}'`;
    }

    /** What needs lists in the database, and so mostly throws. */
    #listFunction(place: Place): string | undefined {
        const random = this.#random;
        if (this.#schema.auth?.fields.has('tags') !== true) return undefined;
        const path = this.#path(place, { name: 'String' }) ?? "'a'";
        return random.pick([
            'isEmpty(auth().tags)',
            `has(auth().tags, ${path})`,
            `hasSome(auth().tags, ['a', ${path}])`,
            `hasEvery(auth().tags, ['a'])`,
        ]);
    }

    #check(place: Place): string | undefined {
        const random = this.#random;
        const relations = this.#toOne(place.at, place.isCreate).filter(({ type }) =>
            ['Org', 'User', 'Folder'].includes(type.name),
        );
        const isAsked = ['Todo', 'Asset', 'Doc'].includes(place.model);
        if (relations.length === 0 || !isAsked) return undefined;
        const { name } = random.pick(relations);
        return random.chance(0.5)
            ? `check(${name})`
            : `check(${name}, '${random.pick(['read', 'create', 'update', 'delete'])}')`;
    }
}
