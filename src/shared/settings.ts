import type { Code, Severity } from '../model/finding.ts';

/** What the user can set; keys are those below `zmodelAuth.` in VS Code. */
export interface Settings {
    languageFeatures: 'auto' | 'always' | 'never';
    diagnostics: { severity: Partial<Record<Code, Severity | 'off'>> };
    /** Findings about a `$setAuth` call show at the call as well. */
    typescriptDiagnostics: boolean;
    typescript: {
        /**
         * Which compiler resolves what is passed to `$setAuth`: the extension's own, or the workspace's TypeScript 7
         * where it has one. `auto` and `workspace` do the same, in trusted workspaces only; `workspace` says when there is none.
         */
        backend: 'auto' | 'bundled' | 'workspace';
    };
    /** The line above the auth declaration. */
    codeLens: boolean;
    /** Implied parentheses and types of members of `auth()` in rules. */
    inlayHints: boolean;
    /** What *Insert Better Auth Models* has checked until another choice was made. */
    insert: { enums: boolean; policyPlugin: boolean; authType: boolean };
    /** Globs, relative to the workspace folder, that narrow the search for schemas and configs. Empty: search everything. */
    schema: string[];
    authConfig: string[];
}

export const DEFAULT_SETTINGS: Settings = {
    languageFeatures: 'auto',
    diagnostics: { severity: {} },
    typescriptDiagnostics: true,
    typescript: { backend: 'auto' },
    codeLens: true,
    inlayHints: true,
    insert: { enums: false, policyPlugin: false, authType: false },
    schema: [],
    authConfig: [],
};

const LEVELS: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'];

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function globs(value: unknown): string[] {
    if (typeof value === 'string') return value === '' ? [] : [value];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function flag(value: unknown, byDefault: boolean): boolean {
    return typeof value === 'boolean' ? value : byDefault;
}

function parseBackend(value: unknown): Settings['typescript']['backend'] {
    const backend = isRecord(value) ? value['backend'] : undefined;
    return backend === 'bundled' || backend === 'workspace' ? backend : DEFAULT_SETTINGS.typescript.backend;
}

/**
 * Narrows what an editor sends to `Settings`.
 * In: anything. Out: complete settings; whatever is missing or malformed has its default, and unknown
 * diagnostic codes are kept, since a newer schema of settings may name codes that this version lacks.
 */
export function parseSettings(value: unknown): Settings {
    if (!isRecord(value)) return structuredClone(DEFAULT_SETTINGS);
    const { languageFeatures, diagnostics } = value;
    const severity = isRecord(diagnostics) && isRecord(diagnostics['severity']) ? diagnostics['severity'] : {};
    const insert = isRecord(value['insert']) ? value['insert'] : {};
    return {
        languageFeatures:
            languageFeatures === 'always' || languageFeatures === 'never'
                ? languageFeatures
                : DEFAULT_SETTINGS.languageFeatures,
        diagnostics: {
            severity: Object.fromEntries(
                Object.entries(severity).filter(([, level]) => typeof level === 'string' && LEVELS.includes(level)),
            ),
        },
        typescriptDiagnostics: flag(value['typescriptDiagnostics'], DEFAULT_SETTINGS.typescriptDiagnostics),
        typescript: { backend: parseBackend(value['typescript']) },
        codeLens: flag(value['codeLens'], DEFAULT_SETTINGS.codeLens),
        inlayHints: flag(value['inlayHints'], DEFAULT_SETTINGS.inlayHints),
        insert: {
            enums: flag(insert['enums'], DEFAULT_SETTINGS.insert.enums),
            policyPlugin: flag(insert['policyPlugin'], DEFAULT_SETTINGS.insert.policyPlugin),
            authType: flag(insert['authType'], DEFAULT_SETTINGS.insert.authType),
        },
        schema: globs(value['schema']),
        authConfig: globs(value['authConfig']),
    };
}
