import type { ContextShape } from '../../../../src/model/context-shape.ts';
import { SQLITE_PRELUDE } from '../../../support/orm.ts';
import type { PolicyRequest } from '../../../support/request.ts';

/** A statement about rules, as a schema with a request that gets through, and what we must say about it. */
export interface FactCase {
    name: string;
    /** The code to be reported; several where more than one name is right, of which one is to be reported. */
    code: string | readonly string[];
    severity?: 'error' | 'warning' | 'information' | 'hint';
    /** A whole schema; `«…»` is around the text of each finding. */
    schema: string;
    /** Codes that are reported besides, for a cause of their own. */
    also?: readonly string[];
    /** Codes that may be reported besides. */
    may?: readonly string[];
    /** The application's calls, where the case is about them. */
    contexts?: readonly ContextShape[];
    /** What gets through and should not. Missing where the finding is that nothing does. */
    leak?: PolicyRequest;
    /** The leak fails with the database's error instead of getting through: part of its message. */
    throws?: RegExp;
    /** What is refused and should not be, before the fix. */
    shut?: PolicyRequest;
    /** Legitimate requests: they get through before and after the fix. */
    works: readonly PolicyRequest[];
    /** Near misses: the same schema with another text for the marked one, or a whole schema. Not reported, and the leak is refused. */
    near: readonly NearMiss[];
    /**
     * `proven`: the leak must be gone after the fix. `none`: no fix is to be expected, one may be there.
     * Missing: proven.
     */
    fix?: 'proven' | 'none';
    /** The counterexample of the finding may be of another operation than the leak. */
    operations?: readonly PolicyRequest['operation'][];
}

export interface NearMiss {
    why: string;
    /** Another text for the first marked one. */
    instead?: string;
    /** Or pairs of texts that are replaced in the schema. */
    replace?: readonly (readonly [string, string])[];
    /** The near miss is about severity or wording, and the leak still gets through, on purpose. */
    open?: true;
}

/** The schema without marks, and the marked stretches. */
export function unmark(marked: string): { text: string; spans: { start: number; end: number }[] } {
    const spans: { start: number; end: number }[] = [];
    let text = '';
    for (const piece of marked.split(/(?=[«»])/)) {
        const last = spans.at(-1);
        if (piece.startsWith('«')) spans.push({ start: text.length, end: text.length });
        else if (piece.startsWith('»') && last) last.end = text.length;
        text += piece.replace(/^[«»]/, '');
    }
    return { text, spans };
}

/** The text of a near miss. */
export function nearText(schema: string, { instead, replace = [] }: NearMiss): string {
    const marked = instead === undefined ? schema : schema.replace(/«[^»]*»/, () => instead);
    return replace.reduce((text, [from, to]) => {
        if (!text.includes(from)) throw new Error(`The schema has no ${from}`);
        return text.replaceAll(from, to);
    }, unmark(marked).text);
}

interface NoteOptions {
    /** Type of the tenant column, `String?` when missing; likewise the owner's. */
    organization?: 'String' | 'String?';
    owner?: 'String' | 'String?';
    /** Attributes of the two columns. */
    organizationAttributes?: string;
    ownerAttributes?: string;
    /** More fields of `Note`, of the declaration behind `auth()`, of the other models; more declarations. */
    fields?: string;
    auth?: string;
    user?: string;
    organizationFields?: string;
    declarations?: string;
}

/**
 * A schema with a tenant, its users, and notes that both may own, by keys that may be null.
 * In: the rules of `Note`. Users and organizations are readable for whoever is signed in.
 */
export function noteSchema(rules: string, options: NoteOptions = {}): string {
    const { organization = 'String?', owner = 'String?' } = options;
    const lines = (text = ''): string => (text === '' ? '' : `${indent(text)}\n`);
    const mark = (type: string): string => (type.endsWith('?') ? '?' : '');
    const attributes = (text = ''): string => (text === '' ? '' : ` ${text}`);
    return `${SQLITE_PRELUDE}type Auth {
    userId String @id
    organizationId String?
    organizationRole String?
    role String?
${lines(options.auth)}    @@auth
}

model User {
    id String @id
    name String?
    notes Note[]
${lines(options.user)}    @@allow('read', auth() != null)
}

model Organization {
    id String @id
    name String
    notes Note[]
${lines(options.organizationFields)}    @@allow('read', auth() != null)
}
${options.declarations === undefined ? '' : `\n${options.declarations.trim()}\n`}
model Note {
    id String @id
    title String
    body String?
    published Boolean @default(false)
    organizationId ${organization}${attributes(options.organizationAttributes)}
    organization Organization${mark(organization)} @relation(fields: [organizationId], references: [id])
    ownerId ${owner}${attributes(options.ownerAttributes)}
    owner User${mark(owner)} @relation(fields: [ownerId], references: [id])
${lines(options.fields)}
${indent(rules)}
}
`;
}

function indent(text: string): string {
    return text
        .trim()
        .split('\n')
        .map((line) => (line.trim() === '' ? '' : `    ${line.trim()}`))
        .join('\n');
}

/** Whoever asks: nobody, or a user with what `$setAuth` is given. */
export const anonymous = null;
export const u1 = { userId: 'u1' };
export const u1InO1 = { userId: 'u1', organizationId: 'o1' };
export const u2InO2 = { userId: 'u2', organizationId: 'o2' };
export const adminOfO1 = { userId: 'u1', organizationId: 'o1', organizationRole: 'admin' };

/** A request about a note. */
export function note(
    operation: PolicyRequest['operation'],
    auth: PolicyRequest['auth'],
    row: PolicyRequest['row'],
    more: Partial<PolicyRequest> = {},
): PolicyRequest {
    return { operation, model: 'Note', auth, row, ...more };
}
