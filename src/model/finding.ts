import type { Location, Span } from './text.ts';
import type { FixData } from './fix.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Default severity by diagnostic code. The codes are a contract: add, never rename. */
export const CODES = {
    'auth-declaration-missing': 'error',
    'auth-declaration-duplicate': 'error',
    'auth-member-missing': 'error',
    'auth-list-member': 'error',
    'context-member-missing': 'warning',
    'context-member-nullable': 'warning',
    'context-member-type': 'error',
    'context-member-extra': 'hint',
    'context-member-renamed': 'warning',
    'context-member-unsourced': 'information',
    'context-wrapper-passed': 'error',
    'context-null-passed': 'error',
    'better-auth-drift': 'warning',
    'adapter-provider-mismatch': 'warning',
    'adapter-policy-client': 'warning',
    'policy-plugin-missing': 'warning',
    'chevrotain-override-missing': 'warning',
    'schema-v2': 'warning',
} as const satisfies Record<string, Severity>;

export type Code = keyof typeof CODES;

/** Something that is wrong at a place, with what proves it and what cures it. */
export interface Finding {
    code: Code;
    severity: Severity;
    /** Absolute path of the file it is reported in. */
    file: string;
    span: Span;
    message: string;
    related: { location: Location; message: string }[];
    /** Places in the application's sources where it shows as well: the calls that it is about. */
    places?: { location: Location; message: string }[];
    fixes: { title: string; preferred: boolean; data: FixData }[];
}
