import type { ShapeMember } from '../model/context-shape.ts';
import type { Finding } from '../model/finding.ts';
import { hasAttribute, knownCalls, memberOf, requiredMembers } from './auth-members.ts';
import { calleeOf, declarationText, placeOf } from './context-calls.ts';
import type { Check } from './check.ts';
import { printType } from './types.ts';

function absence(members: readonly ShapeMember[]): string {
    const kinds: string[] = [];
    if (members.some((member) => member.nullable)) kinds.push('null');
    if (members.some((member) => member.undefinable)) kinds.push('undefined');
    if (members.some((member) => member.optional)) kinds.push('absent');
    return kinds.join(' or ');
}

/** A member that ZModel requires and that may be null, undefined or absent at some `$setAuth` call. */
export const contextMemberNullable: Check = ({ view, contexts, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts) return [];
    return requiredMembers(view, declaration).flatMap((field): Finding[] => {
        const found = knownCalls(contexts).flatMap(({ shape, members, open }) => {
            const member = memberOf({ shape, members, open }, field.name);
            if (!member || member.type.kind === 'unknown') return [];
            return member.optional || member.nullable || member.undefinable ? [{ shape, member }] : [];
        });
        const [first] = found;
        if (!first) return [];
        const source = first.member.source ?? first.shape.argument;
        const canChange = declaration.kind === 'type' && !hasAttribute(field, '@id') && !field.type.array;
        const typeText = `${printType(field.type)}?`;
        return [
            {
                code: 'context-member-nullable',
                severity: 'warning',
                file: field.file,
                span: field.typeSpan,
                message:
                    `"${field.name}" is required in ${declaration.kind} ${declaration.name}, but may be ${absence(found.map(({ member }) => member))} ` +
                    `where $setAuth is called: ${display(source.file)}:${source.range.start.line + 1} has ${first.member.text}.`,
                related: found.map(({ shape, member }) => ({
                    location: member.source ?? shape.argument,
                    message: `"${field.name}" has the type ${member.text} here`,
                })),
                places: found.map(({ shape, member }) => ({
                    location: placeOf(shape, member),
                    message:
                        `"${field.name}" may be ${absence([member])} in what ${calleeOf(shape)} gets (${member.text}), ` +
                        `but ${declarationText(view, declaration, display)} requires it.`,
                })),
                fixes: canChange
                    ? [
                          {
                              title: `Make ${field.name} optional (${typeText})`,
                              preferred: true,
                              data: {
                                  kind: 'set-member-type',
                                  declaration: field.declaredIn,
                                  member: field.name,
                                  typeText,
                              },
                          },
                      ]
                    : [],
            },
        ];
    });
};
