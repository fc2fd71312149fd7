import { property } from './tables.ts';
import { compareVersions, parseVersion } from './release.ts';
import type { VersionNumber } from './release.ts';

/** What holds from which release on, the oldest first; null where there is no such thing. */
type Timeline<T> = [from: string, value: T | null][];

/** A field as history.json has it; what is usual is left out. */
interface PastField {
    type: unknown;
    required?: boolean;
    unique?: boolean;
    index?: boolean;
    bigint?: boolean;
    default?: 'now' | 'dynamic' | { literal: string | number | boolean };
    updatedAt?: boolean;
    returned?: boolean;
    references?: { model: string; field: string; onDelete?: string };
    fieldName?: string;
}

interface PastTable {
    modelName?: Timeline<string>;
    indexes?: Timeline<{ fields: string[]; unique: boolean }[]>;
    fields: Record<string, Timeline<PastField>>;
}

/** What was different in earlier releases, by the name of the factory; `core` is Better Auth itself. */
export interface History {
    /** The bundled release, where the timelines end. */
    newest: string;
    oldest: string;
    factories: Record<
        string,
        {
            /** The module that exports it. */
            modules: Timeline<string>;
            /** The tables with no options, and those that differ when the options have what `when` says. */
            variants: { when: object; tables: Record<string, PastTable> }[];
        }
    >;
}

/** In: the content of history.json, which its script writes as `History` has it. Throws when it is something else. */
export function asHistory(content: unknown): History {
    if (!isHistory(content)) {
        throw new Error('history.json was not written by scripts/better-auth-history.mjs');
    }
    return content;
}

function isHistory(content: unknown): content is History {
    return (
        typeof property(content, 'oldest') === 'string' &&
        typeof property(content, 'newest') === 'string' &&
        typeof property(content, 'factories') === 'object'
    );
}

/** A table as Better Auth and its plugins describe it. */
interface LooseTable {
    modelName?: string;
    fields: Record<string, object>;
    indexes?: unknown;
}

/** Tables of a release being put together. */
export type LooseSchema = Record<string, LooseTable>;

/** How the tables of a factory are changed: its options, which names they give, and what is not its own. */
export interface Rewrite {
    options: unknown;
    /** Out: what the options call a table, or undefined. */
    modelName(table: string): string | undefined;
    /** Out: what the options call a field, or undefined. */
    fieldName(table: string, field: string): string | undefined;
    /** Out: whether the field comes from somewhere else, whatever the factory has under its name. */
    isForeign(table: string, field: string): boolean;
}

/** In: a timeline, not empty. Out: what holds in a release, and whether that is what still holds. */
export function valueAt<T>(timeline: Timeline<T>, version: VersionNumber): { value: T | null; isCurrent: boolean } {
    const index = timeline.findLastIndex(([from]) => {
        const start = parseVersion(from);
        return start !== undefined && compareVersions(start, version) <= 0;
    });
    const used = Math.max(index, 0);
    return { value: timeline[used]?.[1] ?? null, isCurrent: used === timeline.length - 1 };
}

/**
 * Makes the tables of an earlier release from those of the bundled one.
 * In: the tables that the bundled factory makes (unchanged by this), the factory's name, the release.
 * Out: the tables that the factory made in that release; the same object when nothing differs.
 */
export function rewriteSchema(
    history: History,
    factory: string,
    version: VersionNumber,
    schema: LooseSchema,
    rewrite: Rewrite,
): LooseSchema {
    const variants = history.factories[factory]?.variants ?? [];
    const active = variants.filter(({ when }) => holds(when, rewrite.options ?? {}));
    const others = variants.filter((variant) => !active.includes(variant));
    // What the options ask for counts before what is there without them; the rest, for what is there all the same.
    const ordered = [...active.sort((left, right) => size(right.when) - size(left.when)), ...others];
    const result: LooseSchema = { ...schema };
    for (const table of new Set(ordered.flatMap(({ tables }) => Object.keys(tables)))) {
        const parts = ordered.flatMap(({ tables, when }) =>
            tables[table] === undefined ? [] : [{ past: tables[table], isActive: holds(when, rewrite.options ?? {}) }],
        );
        rewriteTable(result, table, parts, version, rewrite);
    }
    return Object.entries(result).every(([key, table]) => schema[key] === table) &&
        Object.keys(schema).every((key) => Object.hasOwn(result, key))
        ? schema
        : result;
}

function rewriteTable(
    schema: LooseSchema,
    key: string,
    parts: readonly { past: PastTable; isActive: boolean }[],
    version: VersionNumber,
    rewrite: Rewrite,
): void {
    const before = schema[key];
    const fields: Record<string, object> = { ...before?.fields };
    let isChanged = false;
    for (const field of new Set(parts.flatMap(({ past }) => Object.keys(past.fields)))) {
        const known = parts.find(
            ({ past, isActive }) => past.fields[field] !== undefined && (isActive || Object.hasOwn(fields, field)),
        );
        const timeline = known?.past.fields[field];
        if (timeline === undefined || rewrite.isForeign(key, field)) {
            continue;
        }
        const { value, isCurrent } = valueAt(timeline, version);
        if (isCurrent) {
            continue;
        }
        if (value !== null) {
            const name = rewrite.fieldName(key, field);
            fields[field] = attributeOf(value, name ?? nameOf(fields[field]));
            isChanged = true;
        } else if (Object.hasOwn(fields, field)) {
            Reflect.deleteProperty(fields, field);
            isChanged = true;
        }
    }
    const indexes = pastOf(
        parts.map(({ past }) => past.indexes),
        version,
    );
    if (!isChanged && indexes === undefined) {
        return;
    }
    if (Object.keys(fields).length === 0) {
        Reflect.deleteProperty(schema, key);
        return;
    }
    const past = pastOf(
        parts.map(({ past }) => past.modelName),
        version,
    );
    const modelName = rewrite.modelName(key) ?? (past === undefined ? before?.modelName : (past ?? undefined));
    const table: LooseTable = { ...before, ...(modelName !== undefined && { modelName }), fields };
    if (indexes !== undefined) {
        table.indexes = indexes ?? [];
    }
    schema[key] = table;
}

/** What a timeline says about an earlier release: undefined when nothing, null when there was none. */
function pastOf<T>(timelines: readonly (Timeline<T> | undefined)[], version: VersionNumber): T | null | undefined {
    const timeline = timelines.find((each) => each !== undefined);
    const past = timeline && valueAt(timeline, version);
    return past === undefined || past.isCurrent ? undefined : past.value;
}

/** In: a field as history.json has it, and what the options call it, if anything. Out: the field as Better Auth has it. */
export function attributeOf(past: PastField, fieldName: string | undefined): object {
    const { default: value, updatedAt, ...attributes } = past;
    return {
        ...attributes,
        required: past.required ?? true,
        ...(fieldName !== undefined && { fieldName }),
        ...(value !== undefined && { defaultValue: defaultOf(value) }),
        ...(updatedAt === true && { onUpdate: () => new Date() }),
    };
}

function defaultOf(value: NonNullable<PastField['default']>): unknown {
    if (typeof value === 'object') {
        return value.literal;
    }
    return value === 'now' ? () => new Date() : () => undefined;
}

function nameOf(attribute: unknown): string | undefined {
    const name = property(attribute, 'fieldName');
    return typeof name === 'string' ? name : undefined;
}

/** Whether options have all that is asked for: `{}` stands for any object. */
function holds(when: unknown, options: unknown): boolean {
    if (typeof when !== 'object' || when === null) {
        return when === options;
    }
    return (
        typeof options === 'object' &&
        options !== null &&
        Object.entries(when).every(([key, value]) => holds(value, property(options, key)))
    );
}

function size(when: object): number {
    return JSON.stringify(when).length;
}
