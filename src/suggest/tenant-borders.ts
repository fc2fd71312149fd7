import type { DeclarationView, SchemaView } from '../model/schema-view.ts';
import { subjectOf } from '../model/tenant-names.ts';
import { borderOf } from './isolation.ts';
import type { Border } from './isolation.ts';
import { findTenants } from './model-facts.ts';
import { isUserModel } from './names.ts';
import { foreignKeys } from './relations.ts';

/** More hops than these nobody takes for granted. */
const MAX_HOPS = 2;

/**
 * Where the rows of a model say which tenant they belong to.
 * In: the view and a model of it. Out: the border along its own column, else along that of a related row, the
 * nearest first and one that every row has before one that may be missing; undefined when nothing says it.
 */
export function findBorder(view: SchemaView, model: DeclarationView): Border | undefined {
    const auth = view.auth?.declaration;
    if (!auth) return undefined;
    for (let hops = 0; hops <= MAX_HOPS; hops += 1) {
        const [found] = bordersAt(view, { auth, model, hops }).sort((a, b) => a.nullable.length - b.nullable.length);
        if (found) return found;
    }
    return undefined;
}

interface Search {
    auth: DeclarationView;
    model: DeclarationView;
    hops: number;
}

/** The borders of a model that are just so many relations away. */
function bordersAt(view: SchemaView, { auth, model, hops }: Search): Border[] {
    if (hops === 0) {
        // A team is a part of a tenant.
        const own = findTenants(auth, model).find(({ member }) => subjectOf(member.name) !== 'team');
        return own ? [borderOf(own)] : [];
    }
    return foreignKeys(model).flatMap(({ key, relation, target }): Border[] => {
        // Users belong to several tenants.
        const parent = isUserModel(view, target) ? undefined : view.declarations.find(({ name }) => name === target);
        if (!parent || parent === model) return [];
        return bordersAt(view, { auth, model: parent, hops: hops - 1 }).map(({ member, path, nullable }) => ({
            member,
            path: `${relation.name}.${path}`,
            nullable: [...(key.type.optional ? [key.name] : []), ...nullable.map((each) => `${relation.name}.${each}`)],
        }));
    });
}

/** What a model is made of: its mixins and bases, and theirs, and itself as the last. */
export function lineageOf(
    view: SchemaView,
    model: DeclarationView,
    seen: ReadonlySet<DeclarationView> = new Set(),
): DeclarationView[] {
    if (seen.has(model)) return [];
    const known = new Set([...seen, model]);
    const inherited = model.bases.flatMap((name) => {
        const base = view.declarations.find((candidate) => candidate.name === name);
        return base ? lineageOf(view, base, known) : [];
    });
    return [...new Set([...inherited, model])];
}
