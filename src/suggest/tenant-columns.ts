import { plural } from '../insert/names.ts';
import { completeModel } from '../insert/place.ts';
import { readStyle } from '../insert/style.ts';
import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import type { TextChange } from '../model/text.ts';
import { idOf, isNamedFor, isTenantMember, isUserModel, sameType, subjectOf } from './names.ts';
import { foreignKeys, isMembership } from './relations.ts';
import type { RuleSnippet } from './snippet-text.ts';

/**
 * Columns that tie a model to the active tenant: the foreign key, which `auth()` fills in, the relation and
 * the index, with the opposite relation in the tenant's model.
 * In: the view and a model of it. Out: the snippet; none when the model is tied to the tenant already, or
 * when there is no tenant's model in the same file, which an editor could complete at the same time.
 */
export function tenantColumns(view: SchemaView, model: DeclarationView): RuleSnippet[] {
    const auth = view.auth?.declaration;
    if (!auth || model.kind !== 'model' || auth === model || isUserModel(view, model.name)) return [];
    const members = auth.fields.filter((field) => isTenantMember(field) && subjectOf(field.name) !== 'team');
    return members.slice(0, 1).flatMap((member): RuleSnippet[] => {
        const about = subjectOf(member.name);
        const tenant = view.declarations.find(
            (candidate) => candidate.kind === 'model' && isNamedFor(candidate.name, about),
        );
        const key = tenant && idOf(tenant);
        if (!tenant || tenant === model || !key || !sameType(key, member)) return [];
        const relation = tenant.name.charAt(0).toLowerCase() + tenant.name.slice(1);
        const column = `${relation}Id`;
        const isTaken = model.fields.some(({ name }) => name === relation || name === column);
        const isTied = isTaken || foreignKeys(model).some(({ target }) => target === tenant.name);
        const id = idOf(auth);
        if (isTied || (id && isMembership(view, model, id)) || isInherited(view, model)) return [];
        const opposite = oppositeRelation(view, tenant, model);
        if (!opposite) return [];
        return [
            {
                label: 'tenant columns',
                detail: `${column} with its relation and index`,
                documentation:
                    `Ties rows to the ${about} that is active when they are created. A request without one can't create rows: the column is required. ` +
                    `Also adds \`${opposite.name}\` to \`${tenant.name}\`. Rows that exist already need a value before the column can be required.`,
                text: [
                    `${column} ${key.type.name} @default(auth().${member.name})`,
                    `${relation} ${tenant.name} @relation(fields: [${column}], references: [${key.name}], onDelete: \${1|Cascade,Restrict,NoAction|})`,
                    '',
                    `@@index([${column}])$0`,
                ].join('\n'),
                filter: `tenant columns organization ${column} ${relation} relation`,
                changes: opposite.changes,
            },
        ];
    });
}

/** A model that others extend gives them the relation, too; each would need an opposite of its own. */
function isInherited(view: SchemaView, model: DeclarationView): boolean {
    return view.declarations.some(({ bases }) => bases.includes(model.name));
}

/** The list in the tenant's model, under a name that is free there. */
function oppositeRelation(
    view: SchemaView,
    tenant: DeclarationView,
    model: DeclarationView,
): { name: string; changes: TextChange[] } | undefined {
    const source = view.files.find(({ file }) => file === tenant.file);
    if (!source || !tenant.intact || tenant.file !== model.file || isInherited(view, tenant)) return undefined;
    const start = model.name.charAt(0).toLowerCase() + model.name.slice(1);
    const taken = new Set(tenant.fields.map((field) => field.name));
    const name = [plural(start), `${start}List`, `${start}Rows`].find((candidate) => !taken.has(candidate));
    if (name === undefined) return undefined;
    const declarations = view.declarations.filter(({ file }) => file === tenant.file);
    const added = { fields: [{ name, type: `${model.name}[]`, attributes: [] }], attributes: [] };
    const edits = completeModel(source.content, tenant, readStyle(source, declarations), added);
    return { name, changes: edits.map((edit) => ({ file: tenant.file, ...edit })) };
}
