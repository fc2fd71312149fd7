import type { ContextShape } from '../model/context-shape.ts';
import { MAX_WRAPPERS } from './callers.ts';
import type { Forwarding } from './forwarding.ts';

/** One call of `$setAuth` or of a wrapper, with what it passes itself. */
export interface CallRecord {
    shape: ContextShape;
    /** Key of the wrapper that is called; missing for `$setAuth` itself. */
    calls?: string;
    /** The argument is left out, so that the parameter's default counts. */
    usesDefault?: boolean;
    /** The function whose parameter the call hands on. */
    forwards?: Forwarding;
}

/** What a caller passes, as it arrives behind the wrapper: a check there may keep null or undefined out. */
function throughWrapper(caller: ContextShape, inside: ContextShape, isAsserted: boolean): ContextShape {
    if (isAsserted || inside.value.kind === 'unknown') return caller;
    return {
        ...caller,
        mayBeNull: caller.mayBeNull && inside.mayBeNull,
        mayBeUndefined: inside.mayBeUndefined && (caller.mayBeUndefined || (caller.mayBeNull && !inside.mayBeNull)),
    };
}

function placeOf({ file, range }: ContextShape['call']): string {
    return `${file}:${range.start.line}:${range.start.character}`;
}

/**
 * Replaces calls in wrappers by one shape for each caller.
 * In: all calls of `$setAuth` and of wrappers; `open` tells of a wrapper that it may have other
 * callers too, whose place is then taken by what its parameter declares. Out: shapes in no particular order.
 */
export function expandWrappers(records: readonly CallRecord[], open: (wrapper: Forwarding) => boolean): ContextShape[] {
    const callers = Map.groupBy(records, (record) => record.calls);
    const resolve = (record: CallRecord, above: readonly string[]): ContextShape[] => {
        const { forwards, shape } = record;
        if (!forwards) return [shape];
        // A function that calls itself passes what its other callers pass.
        if (above.includes(forwards.key)) return [];
        if (above.length >= MAX_WRAPPERS) return [shape];
        const found = (callers.get(forwards.key) ?? []).flatMap((caller) => {
            const { call, argument, argumentText, inTest } = caller.shape;
            const passed = caller.usesDefault
                ? [{ ...shape, call, argument, argumentText, inTest }]
                : resolve(caller, [...above, forwards.key]).map((one) =>
                      throughWrapper(one, shape, forwards.isAsserted),
                  );
            // The client is the one inside, whoever calls the wrapper.
            const client = shape.schemaFile === undefined ? {} : { schemaFile: shape.schemaFile };
            return passed.map((one) => ({ ...one, ...client, via: [...(one.via ?? []), forwards.wrapper] }));
        });
        // What only tests call is there for others that the search doesn't know.
        const isComplete = found.some((one) => !one.inTest || shape.inTest) && !open(forwards);
        return isComplete ? found : [shape, ...found];
    };
    const result = new Map<string, ContextShape>();
    for (const record of callers.get(undefined) ?? []) {
        for (const shape of resolve(record, [])) {
            const place = placeOf(shape.call);
            const before = result.get(place);
            // A wrapper with two calls, one in each branch: together they pass all that the caller passes.
            const merged = before?.via && {
                ...shape,
                mayBeNull: shape.mayBeNull || before.mayBeNull,
                mayBeUndefined: shape.mayBeUndefined || before.mayBeUndefined,
            };
            result.set(place, merged ?? shape);
        }
    }
    return [...result.values()];
}
