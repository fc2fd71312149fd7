import type { DeclarationView, FieldView } from '../../model/schema-view.ts';
import { printType } from '../../model/schema-view.ts';
import { isOwnerName, isTenantMember, subjectOf } from '../../model/tenant-names.ts';
import { idOf } from '../names.ts';
import type { Candidate } from './candidate.ts';
import { zmodel } from './candidate.ts';
import type { Operand } from './scope.ts';

const NUMBERS = new Set(['Int', 'BigInt', 'Float', 'Decimal']);

/** True for a field that points to a model. */
export function isRelation({ type }: FieldView): boolean {
    return type.kind === 'model';
}

export function isToOne(field: FieldView): boolean {
    return isRelation(field) && !field.type.array;
}

/** A value that a column holds: neither a relation nor something that ZModel can't express. */
export function isScalar({ type }: FieldView): boolean {
    return type.kind === 'builtin' || type.kind === 'enum';
}

/** Whether values of two types may be compared by `==`, lists aside; numbers with each other. */
export function isComparable(a: FieldView['type'], b: FieldView['type']): boolean {
    if (a.array !== b.array) return false;
    if (a.kind !== b.kind) return false;
    if (a.kind === 'builtin' && NUMBERS.has(a.name) && NUMBERS.has(b.name)) return true;
    return a.name === b.name && a.kind !== 'unsupported' && a.kind !== 'unresolved';
}

/** The field of an auth declaration that identifies the user. */
export function authId(declaration: DeclarationView): FieldView | undefined {
    return (
        idOf(declaration) ??
        declaration.fields.find(({ name }) => name === 'userId') ??
        declaration.fields.find(({ name }) => name === 'id')
    );
}

/** How likely a rule begins with a field, the likeliest with the lowest number: what ties a row to a user or tenant. */
export function ruleRank(field: FieldView): number {
    const { name, type } = field;
    if (isTenantMember(field)) return 1;
    if (isScalar(field) && !type.array && isOwnerName(name)) return 2;
    if (isRelation(field)) return isOwnerName(name) ? 2 : type.array ? 4 : 3;
    if (/role$/i.test(name)) return 5;
    if (type.name === 'Boolean' && !type.array) return 5;
    if (type.kind === 'enum') return 6;
    if (field.attributes.some((attribute) => attribute.name === '@id')) return 7;
    if (type.kind === 'builtin' && ['Json', 'Bytes'].includes(type.name)) return 10;
    if (type.kind === 'builtin' && type.name === 'DateTime') return 9;
    return isScalar(field) ? 8 : 11;
}

/** How likely a member of `auth()` is read. */
export function memberRank(field: FieldView, declaration: DeclarationView): number {
    if (field === authId(declaration)) return 0;
    if (isTenantMember(field)) return 1;
    if (isScalar(field) && /role$|^is_?(super_?)?admin$/i.test(field.name)) return 2;
    if (isRelation(field) || field.type.kind === 'type') return field.type.array ? 3 : 4;
    if (field.type.kind === 'builtin' && ['DateTime', 'Json', 'Bytes'].includes(field.type.name)) return 8;
    return 5;
}

function identifiesUser(field: FieldView, isAuthMember: boolean, auth: DeclarationView | undefined): boolean {
    if (isAuthMember) return auth !== undefined && field === authId(auth);
    return isOwnerName(field.name);
}

/** How well a field suits the other side of a comparison, the best with the lowest number. */
export function matchRank(
    left: Operand,
    right: { field: FieldView; isAuthMember: boolean },
    auth: DeclarationView | undefined,
): number {
    const { field } = left;
    if (!field) return 4;
    // Each model has an id; the user's is found in others under another name.
    const isAnyId = field.name === 'id' && (left.authMember || right.isAuthMember);
    const row = right.isAuthMember ? field.declaredIn : right.field.declaredIn;
    if (field.name === right.field.name) return isAnyId && row !== auth?.name ? 3 : 0;
    const about = subjectOf(field.name);
    if (about !== '' && /id$/i.test(field.name) && subjectOf(right.field.name) === about) return 1;
    const leftIsUser = identifiesUser(field, left.authMember ?? false, auth);
    if (leftIsUser && identifiesUser(right.field, right.isAuthMember, auth)) return 1;
    return leftIsUser || /id$/i.test(field.name) !== /id$/i.test(right.field.name) ? 5 : 4;
}

/** A field to complete. `prefix`: what it is reached by, `this.`. */
export function fieldCandidate(field: FieldView, prefix = ''): Candidate {
    return {
        label: prefix + field.name,
        kind: isRelation(field) ? 'relation' : 'field',
        detail: `${printType(field.type)} — ${field.declaredIn}`,
        documentation: zmodel(
            [`${field.name} ${printType(field.type)}`, ...field.attributes.map(printAttribute)].join(' '),
        ),
        insert: prefix + field.name,
    };
}

function printAttribute({ name, args }: FieldView['attributes'][number]): string {
    const text = args.map((arg) => (arg.name === undefined ? arg.text : `${arg.name}: ${arg.text}`)).join(', ');
    return text === '' ? name : `${name}(${text})`;
}
