import type { FieldView } from '../../model/schema-view.ts';
import { isTenantMember } from '../../model/tenant-names.ts';
import { authMember } from './auth-members.ts';
import type { Candidate } from './candidate.ts';
import { ranked } from './candidate.ts';
import type { ExpressionPlace } from './expression-place.ts';
import { functionCandidate, legalFunctions } from './functions.ts';
import { isScalar, matchRank, memberRank } from './rank.ts';
import { literalsOf } from './values.ts';

/** What a function is likely the default of; others of the type come behind. */
const LIKELY: Readonly<Record<string, number>> = { cuid: 10, uuid: 11, nanoid: 12, ulid: 13, now: 1, autoincrement: 1 };

/**
 * Values for `@default(…)`: members of `auth()` of the field's type, functions that give it, literals.
 * In: the place, the field. Out: candidates, the likeliest first.
 */
export function defaultsOf(place: ExpressionPlace, field: FieldView): Candidate[] {
    const { type } = field;
    if (!isScalar(field)) return [];
    if (type.array)
        return [{ label: '[]', kind: 'value', detail: 'an empty list', insert: '[$0]', isSnippet: true, filter: '[' }];
    const isId = field.attributes.some(({ name }) => name === '@id');
    const operand = { kind: 'value' as const, viaAuth: false, nullable: false, type, field };
    const auth = place.scope.view.auth?.declaration;
    const members = (auth?.fields ?? []).filter(
        (member) => isScalar(member) && member.type.name === type.name && !member.type.array,
    );
    // Where the field is the row's own id, the user's would hardly be one.
    const near = isId ? 60 : 0;
    return ranked([
        ...literalsOf(place, operand).map((candidate) => ({ rank: 2, candidate })),
        ...legalFunctions(place)
            .filter(({ returns }) => returns === type.name || returns === 'Any')
            .map((declaration) => ({
                rank: (LIKELY[declaration.name] ?? 30) - (isId ? 10 : 0),
                candidate: functionCandidate(declaration, place),
            })),
        ...(auth
            ? members.map((member) => {
                  const match = matchRank(operand, { field: member, isAuthMember: true }, auth);
                  const candidate = authMember(member, place.input);
                  const text = `auth().${member.name}`;
                  const isKey = /id$/i.test(field.name) || isTenantMember(field);
                  return {
                      rank: near + (match <= 1 ? match : (isKey ? 20 : 40) + memberRank(member, auth)),
                      candidate: {
                          ...candidate,
                          label: text,
                          insert: text,
                          documentation: `${candidate.documentation ?? ''}\n\nA request without it stores null, or fails where the column is required.`,
                      },
                  };
              })
            : []),
    ]);
}
