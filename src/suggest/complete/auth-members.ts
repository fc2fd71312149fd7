import type { ContextShape, ShapeMember } from '../../model/context-shape.ts';
import { printType } from '../../model/schema-view.ts';
import type { FieldView } from '../../model/schema-view.ts';
import type { Candidate, CompletionInput } from './candidate.ts';
import { zmodel } from './candidate.ts';

/** More calls than these are counted, not listed. */
const MAX_CALLS = 5;

interface Supply {
    shape: ContextShape;
    member?: ShapeMember;
    state: 'passed' | 'not passed' | 'unknown' | 'nothing is passed';
}

function supplyOf(shape: ContextShape, name: string): Supply {
    const { value } = shape;
    if (value.kind === 'union' && value.of.length === 0) return { shape, state: 'nothing is passed' };
    if (value.kind !== 'object') return { shape, state: 'unknown' };
    const member = Object.hasOwn(value.members, name) ? value.members[name] : undefined;
    if (!member) return { shape, state: value.open ? 'unknown' : 'not passed' };
    return { shape, state: 'passed', member };
}

function isMissing({ state, member }: Supply): boolean {
    if (state === 'not passed') return true;
    return member !== undefined && (member.optional || member.nullable || member.undefinable);
}

function describe({ shape, state, member }: Supply, display: (file: string) => string): string {
    const where = `${display(shape.argument.file)}:${shape.argument.range.start.line + 1}`;
    return `- ${where}: ${member ? `\`${member.text}\`${member.optional ? ' (optional)' : ''}` : state}`;
}

/**
 * A member of `auth()` to complete: its ZModel type, what the application's calls pass for it, and whether it
 * may be missing (declared optional, or missing or null at some call).
 * In: the field, what is known of the application. Out: the candidate.
 */
export function authMember(
    field: FieldView,
    { contexts, display }: Pick<CompletionInput, 'contexts' | 'display'>,
): Candidate {
    const supplies = (contexts ?? []).map((shape) => supplyOf(shape, field.name));
    const mayBeMissing = field.type.optional || supplies.some(isMissing);
    const texts = [...new Set(supplies.flatMap(({ member }) => (member ? [member.text] : [])))];
    const passed = texts.length > 0 ? ` — TypeScript: ${texts.slice(0, 2).join(' | ')}` : '';
    const more = supplies.length - MAX_CALLS;
    const calls =
        supplies.length === 0
            ? []
            : [
                  'Passed to `$setAuth(…)`:',
                  [
                      ...supplies.slice(0, MAX_CALLS).map((supply) => describe(supply, display)),
                      ...(more > 0 ? [`- and ${more} more`] : []),
                  ].join('\n'),
              ];
    const warning = mayBeMissing
        ? [
              'It may be missing: compared with `==`, a missing value equals a field that is null. ' +
                  `Test it first: \`auth().${field.name} != null && …\`.`,
          ]
        : [];
    return {
        label: field.name,
        kind: field.type.kind === 'model' || field.type.kind === 'type' ? 'relation' : 'field',
        detail: `${printType(field.type)}${passed}`,
        ...(mayBeMissing && { note: 'may be missing' }),
        documentation: [zmodel(`${field.name} ${printType(field.type)}`), ...warning, ...calls].join('\n\n'),
        insert: field.name,
    };
}
