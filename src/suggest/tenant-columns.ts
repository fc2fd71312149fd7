import { plural } from '../insert/names.ts';
import { completeModel } from '../insert/place.ts';
import { readStyle } from '../insert/style.ts';
import type { FieldText } from '../insert/render.ts';
import type { DeclarationView, FieldView, SchemaView } from '../model/schema-view.ts';
import { isNamedFor, isTenantMember, subjectOf } from '../model/tenant-names.ts';
import { idOf, isUserModel, sameType } from './names.ts';
import { foreignKeys, isMembership } from './relations.ts';
import type { RuleSnippet } from './snippet-text.ts';

/** Columns that a model lacks to be tied to the active tenant, as data. */
export interface TenantColumns {
    /** The member of `auth()` that fills them in. */
    member: FieldView;
    /** The tenant's model. */
    tenant: DeclarationView;
    /** Its id, which the foreign key points to. */
    key: FieldView;
    /** Names of the relation and the foreign key. */
    relation: string;
    column: string;
    /** Name of the list in the tenant's model, free there. */
    opposite: string;
}

/**
 * Finds out what columns would tie a model to the active tenant.
 * In: the view and a model of it; names that the tenant's model is going to have besides its own.
 * Out: the columns; undefined when the model is tied to the tenant already, or there is no tenant's model.
 */
export function findTenantColumns(
    view: SchemaView,
    model: DeclarationView,
    taken: ReadonlySet<string> = new Set(),
): TenantColumns | undefined {
    const auth = view.auth?.declaration;
    if (!auth || model.kind !== 'model' || auth === model || isUserModel(view, model.name)) return undefined;
    const member = auth.fields.find((field) => isTenantMember(field) && subjectOf(field.name) !== 'team');
    if (!member) return undefined;
    const about = subjectOf(member.name);
    const tenant = view.declarations.find(
        (candidate) => candidate.kind === 'model' && isNamedFor(candidate.name, about),
    );
    const key = tenant && idOf(tenant);
    if (!tenant || tenant === model || !key || !sameType(key, member)) return undefined;
    const relation = tenant.name.charAt(0).toLowerCase() + tenant.name.slice(1);
    const column = `${relation}Id`;
    const isTaken = model.fields.some(({ name }) => name === relation || name === column);
    const isTied = isTaken || foreignKeys(model).some(({ target }) => target === tenant.name);
    const id = idOf(auth);
    if (isTied || (id && isMembership(view, model, id)) || isInherited(view, model)) return undefined;
    if (!tenant.intact || isInherited(view, tenant)) return undefined;
    const opposite = freeOpposite(tenant, model, taken);
    return opposite === undefined ? undefined : { member, tenant, key, relation, column, opposite };
}

/** The members that columns consist of, with what happens to rows when their tenant is deleted. */
export function tenantMembers(
    { member, tenant, key, relation, column }: TenantColumns,
    onDelete: string,
): { fields: (FieldText & { target?: string })[]; index: string } {
    return {
        fields: [
            { name: column, type: key.type.name, attributes: [`@default(auth().${member.name})`] },
            {
                name: relation,
                type: tenant.name,
                target: tenant.name,
                attributes: [`@relation(fields: [${column}], references: [${key.name}], onDelete: ${onDelete})`],
            },
        ],
        index: `@@index([${column}])`,
    };
}

/** The list that a model's columns need in the tenant's model. */
export function oppositeField({ opposite }: TenantColumns, model: DeclarationView): FieldText & { target: string } {
    return { name: opposite, type: `${model.name}[]`, target: model.name, attributes: [] };
}

/**
 * Columns that tie a model to the active tenant: the foreign key, which `auth()` fills in, the relation and
 * the index, with the opposite relation in the tenant's model.
 * In: the view and a model of it. Out: the snippet; none when the model is tied to the tenant already, or
 * when there is no tenant's model in the same file, which an editor could complete at the same time.
 */
export function tenantColumns(view: SchemaView, model: DeclarationView): RuleSnippet[] {
    const columns = findTenantColumns(view, model);
    if (!columns) return [];
    const { member, tenant, column, relation, opposite } = columns;
    const source = view.files.find(({ file }) => file === tenant.file);
    if (!source || tenant.file !== model.file) return [];
    const { fields, index } = tenantMembers(columns, '${1|Cascade,Restrict,NoAction|}');
    const declarations = view.declarations.filter(({ file }) => file === tenant.file);
    const added = { fields: [oppositeField(columns, model)], attributes: [] };
    const edits = completeModel(source.content, tenant, readStyle(source, declarations), added);
    return [
        {
            label: 'tenant columns',
            detail: `${column} with its relation and index`,
            documentation:
                `Ties rows to the ${subjectOf(member.name)} that is active when they are created. A request without one can't create rows: the column is required. ` +
                `Also adds \`${opposite}\` to \`${tenant.name}\`. Rows that exist already need a value before the column can be required.`,
            text: [
                ...fields.map(({ name, type, attributes }) => [name, type, ...attributes].join(' ')),
                '',
                `${index}$0`,
            ].join('\n'),
            filter: `tenant columns organization ${column} ${relation} relation`,
            changes: edits.map((edit) => ({ file: tenant.file, ...edit })),
        },
    ];
}

/** A model that others extend gives them the relation, too; each would need an opposite of its own. */
function isInherited(view: SchemaView, model: DeclarationView): boolean {
    return view.declarations.some(({ bases }) => bases.includes(model.name));
}

/** A name for the list in the tenant's model. */
function freeOpposite(tenant: DeclarationView, model: DeclarationView, more: ReadonlySet<string>): string | undefined {
    const start = model.name.charAt(0).toLowerCase() + model.name.slice(1);
    const taken = new Set([...tenant.fields.map((field) => field.name), ...more]);
    return [plural(start), `${start}List`, `${start}Rows`].find((candidate) => !taken.has(candidate));
}
