import { isAuthTable } from '../insert/auth-tables.ts';
import type { Expr, PolicyModel } from '../model/policy.ts';
import type { AttributeView, DeclarationView, SchemaView } from '../model/schema-view.ts';
import { isTenantMember, subjectOf } from '../model/tenant-names.ts';
import type { TenantRulesOffer } from '../model/tenant-rules.ts';
import { isCoreTable, sensitiveColumns } from '../rules/sensitive.ts';
import { insideBorder, openOperations } from './isolation.ts';
import type { Border } from './isolation.ts';
import { modelFacts } from './model-facts.ts';
import { findBorder, lineageOf } from './tenant-borders.ts';
import { findTenantColumns } from './tenant-columns.ts';

/** A model that tenant rules can be added to. */
export interface TenantModel {
    /** Identifies the offer: `Note`, or `Note+organizationId` where the column is added too. */
    id: string;
    model: DeclarationView;
    border: Border;
    /** The column of the border is missing, and is added with its relation and index. */
    isNew: boolean;
    /** The model's own and inherited attributes. */
    attributes: AttributeView[];
    /** Some rule allows something already. */
    isAllowed: boolean;
    /** Who writes its rows decides who has access to others. */
    decides: boolean;
    /** What there is already. */
    state: 'open' | 'kept by denies' | 'kept by allows';
}

/**
 * The models whose rows belong to a tenant, or could.
 * In: the view. Out: in the order of the schema, those without a column at the end. Left out is what the parser
 * had to recover in, what inherits the rules of a model that is listed, `@@ignore`, and the tables of Better Auth
 * with sessions and credentials.
 */
export function listTenantModels(view: SchemaView): TenantModel[] {
    const { models } = view.policies();
    const listed = new Set<DeclarationView>();
    const withBorder: TenantModel[] = [];
    const withoutBorder: TenantModel[] = [];
    for (const model of view.declarations) {
        const policy = models.get(model.name);
        if (model.kind !== 'model' || !policy?.intact || !model.intact || policy.isIgnored || isCoreTable(policy)) {
            continue;
        }
        const border = findBorder(view, model);
        if (border) {
            listed.add(model);
            withBorder.push(toTenantModel(view, { model, policy, border }));
            continue;
        }
        const columns = isAuthTable(model) ? undefined : findTenantColumns(view, model);
        if (!columns) continue;
        const { column, member } = columns;
        const added = { member: member.name, path: column, nullable: [] };
        const offer = toTenantModel(view, { model, policy, border: added });
        withoutBorder.push({ ...offer, id: `${model.name}+${column}`, isNew: true });
    }
    const inherits = ({ model }: TenantModel): boolean =>
        lineageOf(view, model).some((base) => base !== model && listed.has(base));
    return [...withBorder, ...withoutBorder].filter((each) => !inherits(each));
}

function toTenantModel(
    view: SchemaView,
    { model, policy, border }: { model: DeclarationView; policy: PolicyModel; border: Border },
): TenantModel {
    const attributes = lineageOf(view, model).flatMap((each) => each.attributes);
    const kind = modelFacts(view, model)?.kind ?? 'other';
    const allows = policy.rules.filter(({ effect }) => effect === 'allow');
    const isKept = openOperations(attributes, border).length === 0;
    return {
        id: model.name,
        model,
        border,
        isNew: false,
        attributes,
        isAllowed: attributes.some(({ name }) => name === '@@allow'),
        decides: kind !== 'other' || isAuthTable(model),
        state: isKept ? 'kept by denies' : isKeptByAllows(view, allows, border) ? 'kept by allows' : 'open',
    };
}

/** Whether every allow compares the tenant, and those of updates look at the row as it becomes, too. */
function isKeptByAllows(view: SchemaView, allows: PolicyModel['rules'], border: Border): boolean {
    const wanted = insideBorder(border)
        .split('&&')
        .map((text) => text.replaceAll(/\s/g, ''));
    const compares = ({ condition, file }: PolicyModel['rules'][number]): boolean => {
        const content = view.files.find((candidate) => candidate.file === file)?.content ?? '';
        const said = conjuncts(condition).map(({ span }) => content.slice(span.start, span.end).replaceAll(/\s/g, ''));
        return wanted.every((text) => said.includes(text));
    };
    const operations = new Set(allows.flatMap((rule) => rule.operations));
    const isGuarded = !operations.has('update') || operations.has('post-update');
    return allows.length > 0 && isGuarded && allows.every(compares);
}

function conjuncts(expr: Expr): Expr[] {
    return expr.kind === 'and' ? [...conjuncts(expr.left), ...conjuncts(expr.right)] : [expr];
}

/**
 * What can be chosen for `planTenantRules`.
 * In: the view. Out: the offers; a sentence when there are none.
 */
export function offerTenantRules(view: SchemaView): { offers: TenantRulesOffer[]; reason?: string } {
    const auth = view.auth?.declaration;
    if (!auth) {
        return {
            offers: [],
            reason: 'Nothing in the schema describes auth(). Run "Insert @@auth Type from Context…" first.',
        };
    }
    if (!auth.fields.some((field) => isTenantMember(field) && subjectOf(field.name) !== 'team')) {
        return {
            offers: [],
            reason: `${auth.kind} ${auth.name} has no member that says the active tenant, such as organizationId.`,
        };
    }
    const offers = listTenantModels(view).map((each) => toOffer(view, each));
    return offers.length > 0
        ? { offers }
        : { offers, reason: 'No model of the schema has a column or relation for the tenant, or could get one.' };
}

function toOffer(
    view: SchemaView,
    { id, model, border, isNew, isAllowed, decides, state }: TenantModel,
): TenantRulesOffer {
    const { member, path } = border;
    const policy = view.policies().models.get(model.name);
    const secrets = policy ? sensitiveColumns(policy).map(({ name }) => name) : [];
    const notes = [
        ...(state === 'kept by denies' ? ['already has tenant rules'] : []),
        ...(state === 'kept by allows' ? ['all that is allowed compares the tenant already'] : []),
        ...(state === 'open' && isAllowed ? ['what it allows stays, within the tenant'] : []),
        ...(decides ? ['decides about access: read only'] : []),
        ...(secrets.length > 0 ? [`holds ${secrets.join(', ')}`] : []),
    ];
    const what = isNew ? `adds ${path} with relation and index` : `${path} → auth().${member}`;
    return {
        id,
        label: model.name,
        detail: [what, ...notes].join(' · '),
        group: isNew ? 'columns' : 'rules',
        picked: !isNew && state === 'open' && !decides && secrets.length === 0,
    };
}
