import type { Finding } from '../model/finding.ts';
import { hasAttribute, memberOf } from './auth-members.ts';
import { calleeOf, declarationText, judgeCalls, lineOf, nameCalls, placeOf } from './context-calls.ts';
import type { Check } from './check.ts';
import { renameProperty } from './source-fixes.ts';

/** A declared member that a call lacks, while it supplies the same under another spelling: `id` against `userId`. */
export const contextMemberRenamed: Check = ({ view, contexts, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts) return [];
    const calls = judgeCalls(view, declaration, contexts);
    return declaration.fields.flatMap((field): Finding[] => {
        const found = calls.flatMap((call) => {
            const supplied = call.renamed.get(field.name);
            const member = supplied === undefined ? undefined : memberOf(call, supplied);
            return supplied !== undefined && member ? [{ call, supplied, member }] : [];
        });
        const [first] = found;
        if (!first) return [];
        const fixes: Finding['fixes'] = found.flatMap(({ call, supplied, member }) => {
            const data = renameProperty(call.shape, member, supplied, field.name);
            if (!data) return [];
            const title = `Rename ${supplied} to ${field.name} at ${lineOf(data.place, display)}`;
            return [{ title, preferred: true, data: data.fix }];
        });
        const same = found.length === calls.length && new Set(found.map(({ supplied }) => supplied)).size === 1;
        if (same && declaration.kind === 'type' && field.declaredIn === declaration.name) {
            fixes.push({
                title: `Rename ${field.name} to ${first.supplied} in ${declaration.name} and in the rules`,
                preferred: fixes.length === 0,
                data: {
                    kind: 'rename-auth-member',
                    declaration: declaration.name,
                    member: field.name,
                    to: first.supplied,
                },
            });
        }
        const role = hasAttribute(field, '@id') ? 'the id' : 'a member';
        return [
            {
                code: 'context-member-renamed',
                severity: 'warning',
                file: field.file,
                span: field.nameSpan,
                message:
                    `"${field.name}" is ${role} of ${declaration.kind} ${declaration.name}, but ` +
                    `${nameCalls(
                        found.map(({ call }) => call.shape),
                        display,
                    )} supplies "${first.supplied}" (${first.member.text}) instead; auth().${field.name} is null then.`,
                related: found.map(({ call, supplied, member }) => ({
                    location: member.source ?? call.shape.argument,
                    message: `"${supplied}" has the type ${member.text} here`,
                })),
                places: found.map(({ call, supplied, member }) => ({
                    location: placeOf(call.shape, member),
                    message:
                        `${calleeOf(call.shape)} gets "${supplied}" (${member.text}), but ` +
                        `${declarationText(view, declaration, display)} calls it "${field.name}".`,
                })),
                fixes,
            },
        ];
    });
};
