import { stringValue, tokensOf, wordsOf } from '../insert/tokens.ts';
import type { AttributeView, DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import { idOf, isUserModel, sameType } from './names.ts';

/** A foreign key of one column and the relation that uses it. */
export interface ForeignKey {
    key: FieldView;
    relation: FieldView;
    /** Name of the model that it points to. */
    target: string;
}

/** A to-many relation over the users of something. */
export interface Membership {
    /** From the model that the rule is in: `organization.members`. */
    path: string;
    /** The element's column that holds the user. */
    key: string;
    /** The element's role, when it has one. */
    role?: FieldView;
    /** The relation that the path begins with; undefined when the list is the model's own. */
    via?: FieldView;
}

/** A relation to a model whose rules can be followed by `check()`. */
export interface Parent {
    relation: FieldView;
    /** Its rules allow some update, too. */
    writable: boolean;
}

/** The foreign keys of a model, read from `@relation(fields: [x], …)`; composite keys are left out. */
export function foreignKeys(model: DeclarationView): ForeignKey[] {
    return model.fields.flatMap((relation) => {
        if (relation.type.kind !== 'model' || relation.type.array) return [];
        const fields = relation.attributes
            .find((attribute) => attribute.name === '@relation')
            ?.args.find((argument) => argument.name === 'fields')?.text;
        const names = wordsOf(fields ?? '');
        const key = names.length === 1 ? model.fields.find((field) => field.name === names[0]) : undefined;
        return key ? [{ key, relation, target: relation.type.name }] : [];
    });
}

/** The operations that a rule names, as written: `['all', 'post-update']`. */
export function operationsOf(rule: AttributeView): string[] {
    const value = stringValue(rule.args[0]?.text ?? '');
    return value?.split(',').map((operation) => operation.trim()) ?? [];
}

/** A role that a column holds: one enum value or one string. */
export function isRole(field: FieldView): boolean {
    return (
        /role$/i.test(field.name) && !field.type.array && (field.type.kind === 'enum' || field.type.name === 'String')
    );
}

function find(view: SchemaView, name: string): DeclarationView | undefined {
    return view.declarations.find((candidate) => candidate.name === name);
}

/** Lists of users, or of rows that tie users to the holder; an invitation's inviter is no member. */
function membershipsIn(view: SchemaView, holder: DeclarationView, id: FieldView): Omit<Membership, 'via'>[] {
    return holder.fields.flatMap((list) => {
        if (!list.type.array || list.type.kind !== 'model') return [];
        const element = find(view, list.type.name);
        if (!element) return [];
        if (isUserModel(view, element.name)) {
            const userId = idOf(element);
            const isList = /^(users|members)$/i.test(list.name);
            return isList && userId && sameType(userId, id) ? [{ path: list.name, key: userId.name }] : [];
        }
        const named = /member/i.test(list.name) || /member/i.test(element.name);
        if (!named && !element.attributes.some(isUniqueness)) return [];
        const keys = foreignKeys(element);
        const user = keys.find(({ key, target }) => isUserModel(view, target) && sameType(key, id));
        const back = keys.find(({ target }) => target === holder.name);
        if (!user || !back) return [];
        if (!named && !isUniqueOver(element, [user.key.name, back.key.name])) return [];
        const role = element.fields.find(isRole);
        return [{ path: list.name, key: user.key.name, ...(role && { role }) }];
    });
}

function isUniqueness({ name }: AttributeView): boolean {
    return name === '@@unique' || name === '@@id';
}

function isUniqueOver(model: DeclarationView, names: readonly string[]): boolean {
    return model.attributes.filter(isUniqueness).some(({ args }) => {
        const columns = wordsOf(args[0]?.text ?? '');
        return columns.length === names.length && names.every((column) => columns.includes(column));
    });
}

/** Lists that tell who belongs to a row, or to something that the row belongs to. In: the key of the user. */
export function findMemberships(view: SchemaView, model: DeclarationView, id: FieldView): Membership[] {
    const own = membershipsIn(view, model, id);
    const above = foreignKeys(model).flatMap(({ relation, target }): Membership[] => {
        const holder = isUserModel(view, target) ? undefined : find(view, target);
        const found = holder ? membershipsIn(view, holder, id) : [];
        return found.map((membership) => ({
            ...membership,
            path: `${relation.name}.${membership.path}`,
            via: relation,
        }));
    });
    return [...own, ...above];
}

/** True for a model whose rows tie users to tenants: whoever writes them decides who has access. */
export function isMembership(view: SchemaView, model: DeclarationView, id: FieldView): boolean {
    return foreignKeys(model).some(({ target }) => {
        const holder = isUserModel(view, target) ? undefined : find(view, target);
        const lists = holder?.fields.filter(({ type }) => type.array && type.name === model.name) ?? [];
        return holder !== undefined && membershipsIn(view, { ...holder, fields: lists }, id).length > 0;
    });
}

/** The relations that the rules of a model follow by `check()`. */
function checkedRelations(model: DeclarationView): string[] {
    return model.attributes.flatMap(({ args }) =>
        args.flatMap(({ text }) => {
            const tokens = [...tokensOf(text)].filter(({ kind }) => kind !== 'space' && kind !== 'comment');
            return tokens.flatMap((token, index) =>
                token.text === 'check' && tokens[index + 1]?.text === '(' ? [tokens[index + 2]?.text ?? ''] : [],
            );
        }),
    );
}

/** Whether following the rules of `from` by `check()` comes to a model: a circle that never ends. */
function leadsTo(view: SchemaView, from: DeclarationView, model: string, seen = new Set<string>()): boolean {
    if (from.name === model) return true;
    if (seen.has(from.name)) return false;
    seen.add(from.name);
    return checkedRelations(from).some((name) => {
        const target = find(view, from.fields.find((field) => field.name === name)?.type.name ?? '');
        return target !== undefined && leadsTo(view, target, model, seen);
    });
}

/** The relations of a model whose targets have rules that allow reading. Users are nobody's parents. */
export function findParents(view: SchemaView, model: DeclarationView): Parent[] {
    return foreignKeys(model).flatMap(({ relation, target }): Parent[] => {
        const parent = find(view, target);
        if (!parent || isUserModel(view, target) || leadsTo(view, parent, model.name)) return [];
        const allowed = new Set(
            parent.attributes.filter(({ name }) => name === '@@allow').flatMap((rule) => operationsOf(rule)),
        );
        if (!allowed.has('read') && !allowed.has('all')) return [];
        return [{ relation, writable: allowed.has('update') || allowed.has('all') }];
    });
}
