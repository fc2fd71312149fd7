import type { Location, Span } from './text.ts';
import type { FixData } from './fix.ts';
import type { Counterexample } from './policy.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Default severity by diagnostic code; what is `off` has to be asked for. The codes are a contract: add, never rename. */
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
    'rule-mixed-operators': 'warning',
    'rule-cross-tenant-role': 'warning',
    'rule-self-promotion': 'warning',
    'rule-grants-anonymous': 'warning',
    'rule-null-match': 'warning',
    'rule-tenant-null-rows': 'warning',
    'rule-tenant-escape': 'warning',
    'rule-negative-grant': 'warning',
    'rule-deny-fails-open': 'warning',
    'rule-self-comparison': 'error',
    'rule-empty-list-grants': 'information',
    'rule-substring-grant': 'error',
    'rule-never-true': 'warning',
    'rule-never-grants': 'warning',
    'model-denies-everything': 'information',
    'rule-throws-at-runtime': 'error',
    'rule-create-relation': 'error',
    'rule-create-unreadable': 'information',
    'rule-update-beyond-create': 'off',
    'rule-role-unknown': 'warning',
    'default-auth-null': 'warning',
    'better-auth-drift': 'warning',
    'adapter-provider-mismatch': 'warning',
    'adapter-policy-client': 'warning',
    'policy-plugin-missing': 'warning',
    'chevrotain-override-missing': 'warning',
    'schema-v2': 'warning',
} as const satisfies Record<string, Severity | 'off'>;

export type Code = keyof typeof CODES;

/** Something that is wrong at a place, with what proves it and what cures it. */
export interface Finding {
    code: Code;
    severity: Severity;
    /** Absolute path of the file it is reported in. */
    file: string;
    span: Span;
    message: string;
    /** The request that shows it; `message` holds its sentence. */
    counterexample?: Counterexample;
    related: { location: Location; message: string }[];
    /** Places in the application's sources where it shows as well: the calls that it is about. */
    places?: { location: Location; message: string }[];
    fixes: { title: string; preferred: boolean; data: FixData }[];
}
