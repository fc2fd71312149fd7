import type { ShapeMember, ShapeType } from '../model/context-shape.ts';
import type { Finding } from '../model/finding.ts';
import type { FixData } from '../model/fix.ts';
import type { FieldView } from '../model/schema-view.ts';
import { knownCalls, memberOf, usedMembers } from './auth-members.ts';
import { calleeOf, declarationText, placeOf } from './context-calls.ts';
import type { Check } from './check.ts';
import { compareTypes, printType, zmodelTypeFor } from './types.ts';

/** A member whose ZModel type can't hold what some `$setAuth` call supplies. */
export const contextMemberType: Check = ({ view, contexts, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts) return [];
    const used = usedMembers(view);
    const compared = declaration.fields.filter((field) => declaration.kind === 'type' || used.has(field.name));
    return compared.flatMap((field): Finding[] => {
        const found = knownCalls(contexts).flatMap((call) => {
            const member = memberOf(call, field.name);
            return member && compareTypes(field.type, member.type) === 'differs' ? [{ shape: call.shape, member }] : [];
        });
        const [first] = found;
        if (!first) return [];
        const source = first.member.source ?? first.shape.argument;
        const types = new Set(found.map(({ member }) => zmodelTypeFor(member.type)));
        const [type] = types;
        const fixes = valuesFix(
            field,
            found.map(({ member }) => member),
        );
        if (declaration.kind === 'type' && types.size === 1 && type !== undefined) {
            // Rules compare an enum with its values: another type may break them.
            fixes.push(changeType(field, type, field.type.kind !== 'enum'));
        }
        return [
            {
                code: 'context-member-type',
                severity: 'error',
                file: field.file,
                span: field.typeSpan,
                message:
                    `"${field.name}" is ${printType(field.type)} in ${declaration.kind} ${declaration.name}, ` +
                    `but $setAuth gets ${first.member.text} (${display(source.file)}:${source.range.start.line + 1})${lackingValues(field, first.member)}.`,
                related: found.map(({ shape, member }) => ({
                    location: member.source ?? shape.argument,
                    message: `"${field.name}" has the type ${member.text} here`,
                })),
                places: found.map(({ shape, member }) => ({
                    location: placeOf(shape, member),
                    message:
                        `"${field.name}" has the type ${member.text} in what ${calleeOf(shape)} gets, ` +
                        `but ${declarationText(view, declaration, display)} says ${printType(field.type)}${lackingValues(field, member)}.`,
                })),
                fixes,
            },
        ];
    });
};

/** For an enum: which of the values that may come it lacks. */
function lackingValues(field: FieldView, { type }: ShapeMember): string {
    const values = unknownValues(field, type);
    return values.length === 0 ? '' : `, and the enum lacks ${values.map((value) => `"${value}"`).join(', ')}`;
}

function unknownValues(field: FieldView, type: ShapeType): string[] {
    const { type: declared } = field;
    if (declared.kind !== 'enum') return [];
    const literals = type.kind === 'array' ? type.element.type : type;
    if (literals.kind !== 'literals') return [];
    return literals.values.map(String).filter((value) => !declared.values.includes(value));
}

/** Adds to the enum what it lacks, when all that comes are names. */
function valuesFix(field: FieldView, members: readonly ShapeMember[]): Finding['fixes'] {
    const values = [...new Set(members.flatMap(({ type }) => unknownValues(field, type)))];
    const isLiteral = members.every(({ type }) => unknownValues(field, type).length > 0);
    if (!isLiteral || !values.every((value) => /^[a-zA-Z]\w*$/.test(value))) return [];
    const data: FixData = { kind: 'add-enum-values', enum: field.type.name, values };
    return [{ title: `Add ${values.join(', ')} to enum ${field.type.name}`, preferred: false, data }];
}

function changeType(field: FieldView, type: string, preferred: boolean): Finding['fixes'][number] {
    const typeText = type.endsWith(']') || !field.type.optional ? type : `${type}?`;
    const data: FixData = { kind: 'set-member-type', declaration: field.declaredIn, member: field.name, typeText };
    return { title: `Change ${field.name} to ${typeText}`, preferred, data };
}
