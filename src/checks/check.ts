import type { AuthConfig } from '../model/auth-table.ts';
import type { ContextShape } from '../model/context-shape.ts';
import type { Finding } from '../model/finding.ts';
import type { SchemaView } from '../model/schema-view.ts';
import type { SetupFacts } from '../model/setup.ts';

/** Everything that a check may look at. */
export interface CheckInput {
    view: SchemaView;
    /** The application's `$setAuth` calls; undefined while they aren't known yet. */
    contexts?: readonly ContextShape[];
    /** Some source could not be searched for calls, so that there may be more of them. */
    isContextIncomplete?: boolean;
    /** The Better Auth configurations; undefined while they aren't known yet. */
    configs?: readonly AuthConfig[];
    /** How the packages around the schema were installed; undefined while that isn't known yet. */
    setup?: SetupFacts;
    /** Told of a model with more small worlds of requests and rows than are looked at. */
    onLimited?: (model: string) => void;
    /** True when this schema is the one that the package declares, or its only one. */
    isMainSchema: boolean;
    /** A path as a reader knows it: relative to the working directory or workspace folder. */
    display: (file: string) => string;
}

/** One rule: views in, findings out. Pure, and silent on whatever is unknown. */
export type Check = (input: CheckInput) => Finding[];
