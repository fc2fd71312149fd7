import type { ShapeMember } from '../model/context-shape.ts';
import type { Finding } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { hasUnknownMembers, memberOf, usedMembers } from './auth-members.ts';
import { calleeOf, declarationText, isWithin, judgeCalls, lineOf, placeOf } from './context-calls.ts';
import type { JudgedCall } from './context-calls.ts';
import type { Check } from './check.ts';
import { mayBeAbsent, newMemberType } from './suggest-members.ts';

interface Supplied {
    call: JudgedCall;
    member: ShapeMember;
}

/**
 * A member that the application passes and that no rule can read, because the declaration behind
 * `auth()` lacks it. Only members that are passed on purpose: a whole user that is passed has many more.
 */
export const contextMemberExtra: Check = ({ view, contexts, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts || hasUnknownMembers(view, declaration)) return [];
    const declared = new Set(declaration.fields.map((field) => field.name));
    const used = usedMembers(view);
    const byName = new Map<string, Supplied[]>();
    const calls = judgeCalls(view, declaration, contexts);
    for (const call of calls) {
        if (call.wrapper) continue;
        const renamed = new Set(call.renamed.values());
        const extra = Object.keys(call.members).filter((name) => !declared.has(name) && !renamed.has(name));
        for (const name of extra) {
            const member = memberOf(call, name);
            // A rule that reads it already has an error of its own.
            if (!member || used.has(name)) continue;
            if (isChosen(call, member, extra.length)) byName.set(name, [...(byName.get(name) ?? []), { call, member }]);
        }
    }
    return [...byName].flatMap(([name, supplied]): Finding[] => {
        const [first] = supplied;
        if (!first) return [];
        const typeText = declaration.kind === 'type' ? typeFor(view, supplied, calls.length) : undefined;
        return [
            {
                code: 'context-member-extra',
                severity: 'hint',
                file: declaration.file,
                span: declaration.nameSpan,
                message:
                    `$setAuth gets "${name}" (${first.member.text}) at ${lineOf(first.member.source ?? first.call.shape.argument, display)}, ` +
                    `which ${declaration.kind} ${declaration.name} doesn't declare: rules can't read it.`,
                related: supplied.map(({ call, member }) => ({
                    location: member.source ?? call.shape.argument,
                    message: `"${name}" has the type ${member.text} here`,
                })),
                places: supplied.map(({ call, member }) => ({
                    location: placeOf(call.shape, member),
                    message:
                        `${calleeOf(call.shape)} gets "${name}", which ${declarationText(view, declaration, display)} ` +
                        "doesn't declare: rules can't read it.",
                })),
                fixes:
                    typeText === undefined
                        ? []
                        : [
                              {
                                  title: `Add ${name} ${typeText} to ${declaration.name}`,
                                  preferred: false,
                                  data: { kind: 'add-member', declaration: declaration.name, member: name, typeText },
                              },
                          ],
            },
        ];
    });
};

/**
 * Whether the application means to pass the member: it is written in the call, or in a type of its own
 * that is there for the context, as it has no more members beyond the declaration than within it.
 */
function isChosen({ shape, members }: JudgedCall, { source }: ShapeMember, extra: number): boolean {
    if (!source || source.file.split(/[\\/]/).includes('node_modules')) return false;
    return isWithin(source, shape.argument) || extra * 2 <= Object.keys(members).length;
}

/** The ZModel type that all calls agree on; optional when one of them may lack the member. */
function typeFor(view: SchemaView, supplied: readonly Supplied[], calls: number): string | undefined {
    const types = new Set(supplied.map(({ member }) => newMemberType(view, member.type)));
    const [type] = types;
    if (types.size !== 1 || type === undefined) return undefined;
    const certain = supplied.length === calls && !supplied.some(({ member }) => mayBeAbsent(member));
    return type.endsWith(']') || certain ? type : `${type}?`;
}
