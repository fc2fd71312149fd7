import type { FieldType, FieldView } from '../../model/schema-view.ts';
import { isTenantRoleName } from '../../model/role-names.ts';
import { authMember } from './auth-members.ts';
import type { Candidate } from './candidate.ts';
import { declarationOf, ranked } from './candidate.ts';
import { authCandidate, literal } from './expression.ts';
import { lastChain, mayCallBefore } from './expression-place.ts';
import type { ExpressionPlace } from './expression-place.ts';
import { functionCandidates } from './functions.ts';
import type { Frame } from './nesting.ts';
import { readSequence } from './nesting.ts';
import { fieldCandidate, isComparable, isScalar, isToOne, matchRank } from './rank.ts';
import { fieldsInScope, resolveChain } from './scope.ts';
import type { Operand, Scope } from './scope.ts';

type Ranked = { rank: number; candidate: Candidate }[];

/** The operand before the last operator, and the operator. */
export function comparison(place: ExpressionPlace): { operand: Operand; operator: string } | undefined {
    const { parts } = place.sequence;
    const operator = parts.at(-1);
    const chain = parts.at(-2);
    if (operator?.kind !== 'operator' || chain?.kind !== 'chain') return undefined;
    if (operator.text === '&&' || operator.text === '||') return undefined;
    return { operand: resolveChain(chain, place.scope), operator: operator.text };
}

/** The operand that a list after `in` is compared with: `role in [` */
export function listedFor(frame: Frame, scope: Scope): Operand | undefined {
    const sequence = readSequence(frame.before);
    const operator = sequence.parts.at(-1);
    const chain = sequence.parts.at(-2);
    if (frame.role !== 'array' || operator?.kind !== 'operator' || operator.text !== 'in') return undefined;
    return chain?.kind === 'chain' ? resolveChain(chain, scope) : undefined;
}

/** What an operand may be compared with, for an operator. */
export function afterOperator(place: ExpressionPlace, operand: Operand, operator: string): Candidate[] {
    if (operator === 'in')
        return [
            {
                label: '[…]',
                kind: 'value',
                detail: 'one of these',
                insert: '[$0]',
                isSnippet: true,
                filter: '[',
                again: true,
            },
        ];
    const isEquality = operator === '==' || operator === '!=';
    const nulls: Ranked =
        isEquality && operand.nullable && operand.kind !== 'null'
            ? [{ rank: operand.kind === 'auth' ? 1 : 40, candidate: literal('null', 'missing') }]
            : [];
    return ranked([...identities(place, operand, isEquality), ...valuesOf(place, operand), ...nulls]);
}

/** Rows that are compared as such: with `auth()`, and `auth()` with them. */
function identities({ scope, context }: ExpressionPlace, operand: Operand, isEquality: boolean): Ranked {
    const auth = scope.view.auth?.declaration;
    // A type has no identity: comparing a row with it fails at run time.
    if (!isEquality || context !== 'AccessPolicy' || auth?.kind !== 'model') return [];
    const isUser = (field: FieldView): boolean => isToOne(field) && field.type.name === auth.name;
    if (operand.kind === 'auth') {
        const own = fieldsInScope(scope).filter(isUser);
        const outer = scope.element && scope.holder.kind !== 'type' ? scope.holder.fields.filter(isUser) : [];
        const row: Ranked =
            !scope.element && scope.holder.name === auth.name
                ? [{ rank: 0, candidate: { ...literal('this', auth.name), kind: 'keyword' } }]
                : [];
        return [
            ...row,
            ...own.map((field) => ({ rank: 0, candidate: fieldCandidate(field) })),
            ...outer.map((field) => ({ rank: 2, candidate: fieldCandidate(field, 'this.') })),
        ];
    }
    const isRow = operand.kind === 'this' || (operand.type?.kind === 'model' && !operand.type.array);
    const name = operand.kind === 'this' ? operand.declaration?.name : operand.type?.name;
    return isRow && name === auth.name && !operand.viaAuth ? [{ rank: 0, candidate: authCandidate(scope) }] : [];
}

/** Values of an operand's type: literals, columns, members of `auth()`. `isListed`: only what a list may hold. */
export function valuesOf(place: ExpressionPlace, operand: Operand, isListed = false): Ranked {
    const { type } = operand;
    if (!type || type.array || (type.kind !== 'builtin' && type.kind !== 'enum')) return [];
    const literals = literalsOf(place, operand).map((candidate) => ({ rank: literalRank(type), candidate }));
    if (isListed) return literals;
    return [
        ...literals,
        ...columns(place, operand, type),
        ...membersOfAuth(place, operand, type),
        ...rowBefore(place, operand),
        ...(type.name === 'Boolean'
            ? []
            : functionCandidates(place, type.name).map((each) => ({
                  ...each,
                  rank: type.name === 'DateTime' ? 5 : 35,
              }))),
    ];
}

function literalRank(type: FieldType): number {
    return type.name === 'String' ? 2 : 0;
}

/** Literals of an operand's type: the values of its enum, roles that the application knows, what the schema defaults to. */
export function literalsOf({ input }: ExpressionPlace, { type, field, authMember: isMember }: Operand): Candidate[] {
    if (!type) return [];
    if (type.kind === 'enum')
        return type.values.map((value) => ({
            label: value,
            kind: 'enum-value' as const,
            detail: type.name,
            insert: value,
        }));
    if (type.kind !== 'builtin') return [];
    if (type.name === 'Boolean') return ['true', 'false'].map((text) => literal(text, 'Boolean'));
    if (type.name !== 'String' || !field) return [];
    const roles = roleLiterals(input, field, isMember ?? false);
    const fallback = /^(['"])([^'"]*)\1$/.exec(
        field.attributes.find(({ name }) => name === '@default')?.args[0]?.text ?? '',
    )?.[2];
    const others = fallback !== undefined && !roles.some(({ value }) => value === fallback) ? [fallback] : [];
    return [
        ...roles.map(({ value, from }) => ({ ...literal(`'${value}'`, from), filter: `'${value}' ${value}` })),
        ...others.map((value) => ({ ...literal(`'${value}'`, 'its default'), filter: `'${value}' ${value}` })),
    ];
}

/** The roles that a text may hold: those within an organization, those of the whole application, or either. */
export function roleLiterals(
    { roles }: ExpressionPlace['input'],
    field: FieldView,
    isMember: boolean,
): { value: string; from: string }[] {
    if (!/roles?$/i.test(field.name)) return [];
    const organization = (roles.organization ?? []).map((value) => ({ value, from: 'role in the organization' }));
    const admin = (roles.admin ?? []).map((value) => ({ value, from: 'role in the application' }));
    // As the check of role literals reads them: what is offered is none that it reports.
    const isOfTenant = isTenantRoleName(field.name) || (!isMember && /member/i.test(field.declaredIn));
    const isOfUser = !isMember && /^users?$/i.test(field.declaredIn);
    const all = isOfTenant ? organization : isOfUser ? admin : [...admin, ...organization];
    return all.filter(({ value }, index) => all.findIndex((each) => each.value === value) === index);
}

function columns({ scope, context }: ExpressionPlace, operand: Operand, type: FieldType): Ranked {
    const auth = scope.view.auth?.declaration;
    // Two columns of one row are seldom compared.
    const base = operand.viaAuth ? 0 : 25;
    const own = (fields: readonly FieldView[], prefix: string, distance: number): Ranked =>
        fields
            .filter((field) => isScalar(field) && isComparable(type, field.type) && field !== operand.field)
            .map((field) => ({
                rank: base + distance + matchRank(operand, { field, isAuthMember: false }, auth) * 2,
                candidate: fieldCandidate(field, prefix),
            }));
    const around = scope.element && scope.holder.kind !== 'type' ? own(scope.holder.fields, 'this.', 3) : [];
    const hops =
        context === 'AccessPolicy' && operand.viaAuth
            ? fieldsInScope(scope)
                  .filter(isToOne)
                  .flatMap((relation) => {
                      const fields = declarationOf(scope.view, relation.type.name)?.fields ?? [];
                      const suits = (field: FieldView): boolean =>
                          matchRank(operand, { field, isAuthMember: false }, auth) <= 1;
                      return own(fields.filter(suits), `${relation.name}.`, 3);
                  })
            : [];
    return [...own(fieldsInScope(scope), '', 0), ...around, ...hops];
}

function membersOfAuth({ input, scope, context }: ExpressionPlace, operand: Operand, type: FieldType): Ranked {
    const auth = scope.view.auth?.declaration;
    if (!auth || operand.viaAuth || context !== 'AccessPolicy') return [];
    return auth.fields
        .filter((field) => isScalar(field) && isComparable(type, field.type))
        .map((field) => {
            const candidate = authMember(field, input);
            const text = `auth().${field.name}`;
            return {
                rank: matchRank(operand, { field, isAuthMember: true }, auth) * 2 + 1,
                candidate: { ...candidate, label: text, insert: text },
            };
        });
}

/** The value that the same column had: what rules about updates compare with. */
function rowBefore(place: ExpressionPlace, { field, viaAuth }: Operand): Ranked {
    const chain = place.sequence.parts.at(-2);
    const isOwn = chain?.kind === 'chain' && chain.links.length === 0 && !chain.call;
    if (!field || viaAuth || !isOwn || !mayCallBefore(place) || place.scope.element) return [];
    const text = `before().${field.name}`;
    return [{ rank: -1, candidate: { ...fieldCandidate(field, 'before().'), filter: `${text} ${field.name}` } }];
}

/** True when the place is behind an operand that is complete. */
export function isComplete(place: ExpressionPlace): boolean {
    return place.sequence.end === 'operand' && lastChain(place.sequence) !== undefined;
}
