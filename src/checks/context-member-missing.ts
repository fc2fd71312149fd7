import type { Finding } from '../model/finding.ts';
import type { FixData } from '../model/fix.ts';
import type { DeclarationView, FieldView } from '../model/schema-view.ts';
import { hasAttribute, memberOf, requiredMembers, usedMembers } from './auth-members.ts';
import { allCallsKnown, calleeOf, declarationText, judgeCalls, lineOf, nameCalls } from './context-calls.ts';
import type { JudgedCall } from './context-calls.ts';
import type { Check, CheckInput } from './check.ts';
import { addProperty } from './source-fixes.ts';
import { printType } from './types.ts';

/**
 * A member of the declaration behind `auth()` that some `$setAuth` call never supplies, when it is
 * required; when it is optional, one that rules read and no call supplies at all.
 */
export const contextMemberMissing: Check = (input): Finding[] => {
    const { view, contexts } = input;
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts) return [];
    const used = usedMembers(view);
    const calls = judgeCalls(view, declaration, contexts);
    const required = new Set(requiredMembers(view, declaration));
    const neverIsCertain = allCallsKnown(contexts);
    return declaration.fields.flatMap((field): Finding[] => {
        const lacking = calls.filter((call) => !call.open && !memberOf(call, field.name));
        // Those are reported as what they are, once.
        const plain = lacking.filter((call) => !call.wrapper && !call.renamed.has(field.name));
        if (plain.length === 0) return [];
        const isUsed = used.has(field.name);
        if (required.has(field)) return [report(input, declaration, field, { calls, lacking: plain, isUsed })];
        const never = neverIsCertain && plain.length === calls.length;
        // A relation is read from the database, not from what is passed.
        if (!never || !isUsed || field.type.kind === 'model') return [];
        return [report(input, declaration, field, { calls, lacking: plain, isUsed })];
    });
};

function report(
    { view, configs, display }: CheckInput,
    declaration: DeclarationView,
    field: FieldView,
    { calls, lacking, isUsed }: { calls: JudgedCall[]; lacking: JudgedCall[]; isUsed: boolean },
): Finding {
    const isRequired = !field.type.optional && !field.type.array;
    const shapes = lacking.map((call) => call.shape);
    const supplying = calls.filter((call) => memberOf(call, field.name));
    const verb = lacking.length === 1 ? 'supplies' : 'supply';
    const state = isRequired ? 'required' : 'read by rules';
    return {
        code: 'context-member-missing',
        severity: isUsed && isRequired ? 'error' : 'warning',
        file: field.file,
        span: field.nameSpan,
        message:
            `"${field.name}" is ${state} in ${declaration.kind} ${declaration.name}, but ${nameCalls(shapes, display)} never ${verb} it` +
            (isUsed ? '; rules that read it see null.' : '.'),
        related: [
            ...lacking.map(({ shape }) => ({
                location: shape.argument,
                message: `${shape.argumentText} has the type ${shape.typeText}, without "${field.name}"`,
            })),
            ...supplying.map((call) => {
                const member = memberOf(call, field.name);
                return {
                    location: member?.source ?? call.shape.argument,
                    message: `${calleeOf(call.shape)} is given "${field.name}" here: ${member?.text ?? ''}`,
                };
            }),
        ],
        places: shapes.map((shape) => ({
            location: shape.argument,
            message:
                `"${field.name}" of ${declarationText(view, declaration, display)} is not in what ${calleeOf(shape)} gets` +
                (isUsed ? '; rules that read it see null.' : '.'),
        })),
        fixes: [
            ...shapes.flatMap((shape): Finding['fixes'] => {
                const added = addProperty(shape, field, configs ?? []);
                const at = lineOf(shape.argument, display);
                return added ? [{ title: `Pass ${added.text} at ${at}`, preferred: false, data: added.fix }] : [];
            }),
            ...fixesFor(declaration, field, { isUsed, isNowhere: lacking.length === calls.length }),
        ],
    };
}

function fixesFor(
    declaration: DeclarationView,
    field: FieldView,
    { isUsed, isNowhere }: { isUsed: boolean; isNowhere: boolean },
): Finding['fixes'] {
    // A model's column belongs to the database.
    if (declaration.kind !== 'type') return [];
    const fixes: Finding['fixes'] = [];
    // An id may not be null in ZModel.
    if (!field.type.optional && !field.type.array && !hasAttribute(field, '@id')) {
        const typeText = `${printType(field.type)}?`;
        const data: FixData = {
            kind: 'set-member-type',
            declaration: field.declaredIn,
            member: field.name,
            typeText,
        };
        fixes.push({ title: `Make ${field.name} optional (${typeText})`, preferred: true, data });
    }
    if (!isUsed && isNowhere) {
        fixes.push({
            title: `Remove ${field.name} from ${field.declaredIn}`,
            preferred: false,
            data: { kind: 'remove-member', declaration: field.declaredIn, member: field.name },
        });
    }
    return fixes;
}
