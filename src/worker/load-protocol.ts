import type { AuthId, AuthTable } from '../model/auth-table.ts';

/** Parent → loader, once: which configuration is to be loaded. */
export interface LoadRequest {
    /** Absolute path of the file that has the configuration. */
    file: string;
    /** The export that holds it, or `default`; without it, the only one that `betterAuth(…)` made. */
    exportName?: string;
    /** Absolute path of the workspace folder: `.env` files count from here down to the file. */
    root: string;
    /** As read from the source; counts where the adapter does not say it. */
    usePlural?: boolean;
}

/** Loader → parent, once. */
export type LoadResponse =
    | { ok: true; tables: AuthTable[]; id: AuthId; version?: string }
    /** `message` can be shown; the stack is for the log. */
    | { ok: false; message: string; stack?: string };
