import ts from 'typescript';
import { findForwarding, type Forwarding } from './forwarding.ts';
import { stripParentheses } from './syntax.ts';

/** A call by the name of a wrapper; whether it really is one, only the types tell. */
export type NamedCall = ts.CallExpression | ts.NewExpression;

/** Names that stand for wrappers: everywhere, and the modules whose default export is one. */
export interface WrapperNames {
    names: ReadonlySet<string>;
    /** The last part of import paths: `db` for `../lib/db.ts`, and for `../db/index.ts`. */
    modules: ReadonlySet<string>;
}

/** How many functions may stand between a call and `$setAuth`. */
export const MAX_WRAPPERS = 3;
/** A wrapper with a name like `get` could be called anywhere; checking all of a large application costs too much. */
const MAX_FILES = 300;

/** How importers name a file, as the last part of a path. */
export function moduleName(path: string): string {
    const parts = path.replace(/\.(?:d\.)?[mc]?[jt]sx?$/, '').split('/');
    const last = parts.at(-1) ?? '';
    return last === 'index' ? (parts.at(-2) ?? last) : last;
}

function isDefaultOf(specifier: ts.Expression | undefined, modules: ReadonlySet<string>): boolean {
    return !!specifier && ts.isStringLiteralLike(specifier) && modules.has(moduleName(specifier.text));
}

/** The name that an expression ends with: `forUser` in `services.db.forUser`. */
function lastName(expression: ts.Expression): string | undefined {
    const inner = ts.isNonNullExpression(expression) ? expression.expression : stripParentheses(expression);
    if (ts.isIdentifier(inner)) return inner.text;
    if (ts.isPropertyAccessExpression(inner)) return inner.name.text;
    if (ts.isElementAccessExpression(inner) && ts.isStringLiteralLike(inner.argumentExpression)) {
        return inner.argumentExpression.text;
    }
    return undefined;
}

interface Uses {
    calls: NamedCall[];
    /** Names of wrappers that are handed to another function, which may call them with anything. */
    escaping: string[];
    /** Names that this file exports them under, when those are new. */
    exported: string[];
    /** Its own default export is one. */
    exportsDefault: boolean;
}

/** Where a file uses wrappers, by name and in the order of the text. Parents must be set. */
export function findUses(source: ts.SourceFile, { names, modules }: WrapperNames): Uses {
    const local = new Map<string, string>();
    for (const name of names) local.set(name, name);
    const result: Uses = { calls: [], escaping: [], exported: [], exportsDefault: false };
    const alias = (from: string | undefined, to: ts.Node | undefined): void => {
        const original = from === undefined ? undefined : local.get(from);
        if (original !== undefined && to && ts.isIdentifier(to)) local.set(to.text, original);
    };
    const addAliases = (node: ts.Node): void => {
        if (ts.isImportClause(node) && node.name && isDefaultOf(node.parent.moduleSpecifier, modules)) {
            local.set(node.name.text, node.name.text);
        } else if (ts.isImportSpecifier(node) && node.propertyName) {
            const isDefault =
                node.propertyName.text === 'default' && isDefaultOf(node.parent.parent.parent.moduleSpecifier, modules);
            if (isDefault) local.set(node.name.text, node.name.text);
            else alias(node.propertyName.text, node.name);
        } else if (ts.isExportSpecifier(node)) {
            const from = (node.propertyName ?? node.name).text;
            const known =
                local.has(from) || (from === 'default' && isDefaultOf(node.parent.parent.moduleSpecifier, modules));
            if (known && node.name.text === 'default') result.exportsDefault = true;
            else if (known && node.propertyName) result.exported.push(node.name.text);
        } else if (ts.isBindingElement(node) && node.propertyName && ts.isIdentifier(node.propertyName)) {
            alias(node.propertyName.text, node.name);
        } else if (ts.isVariableDeclaration(node) && node.initializer) {
            alias(lastName(node.initializer), node.name);
        } else if (ts.isExportAssignment(node) && ts.isIdentifier(node.expression)) {
            if (local.has(node.expression.text)) result.exportsDefault = true;
        }
        ts.forEachChild(node, addAliases);
    };
    const addCalls = (node: ts.Node): void => {
        if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
            const name = lastName(node.expression);
            if (name !== undefined && local.has(name)) result.calls.push(node);
            for (const argument of node.arguments ?? []) {
                const original = ts.isIdentifier(argument) ? local.get(argument.text) : undefined;
                if (original !== undefined) result.escaping.push(original);
            }
        }
        ts.forEachChild(node, addCalls);
    };
    addAliases(source);
    addCalls(source);
    result.calls.sort((a, b) => a.getStart(source) - b.getStart(source));
    return result;
}

/** What the search for callers found, from the syntax alone. */
export interface Callers extends WrapperNames {
    /** Functions that hand a parameter on, by key. */
    wrappers: ReadonlyMap<string, Forwarding>;
    /** Files with calls by the name of a wrapper. */
    files: string[];
    /** Names of wrappers that may be called from places that the search doesn't know. */
    escaping: ReadonlySet<string>;
}

/** What the search needs of the sources. */
export interface SourceSearch {
    /** Sources whose text holds one of the words; undefined when there are more than the limit. */
    mentioning(words: readonly string[], limit: number): string[] | undefined;
    parse(path: string): ts.SourceFile;
}

/**
 * Searches the callers of wrapper functions, and the callers of those that are wrappers themselves.
 * In: what the calls of `$setAuth` hand on. `pause` is awaited now and then and may throw.
 */
export async function findCallers(
    direct: readonly Forwarding[],
    search: SourceSearch,
    pause: () => Promise<void>,
): Promise<Callers> {
    const wrappers = new Map<string, Forwarding>();
    const names = new Set<string>();
    const modules = new Set<string>();
    const files = new Set<string>();
    const escaping = new Set<string>();
    let round = [...direct];
    for (let depth = 0; depth < MAX_WRAPPERS && round.length > 0; depth++) {
        for (const forwarding of round) {
            wrappers.set(forwarding.key, forwarding);
            for (const name of forwarding.names) names.add(name);
            if (forwarding.isDefault) modules.add(moduleName(forwarding.key.slice(0, forwarding.key.lastIndexOf(':'))));
        }
        round = [];
        // Barrel files give wrappers new names; those need not be looked through more often than barrels nest.
        for (let before = -1, rounds = 0; before !== names.size + modules.size && rounds < 4; rounds++) {
            before = names.size + modules.size;
            const mentioning = search.mentioning([...names, ...modules], MAX_FILES);
            if (!mentioning) {
                for (const name of names) escaping.add(name);
                break;
            }
            for (const path of mentioning) {
                await pause();
                const uses = findUses(search.parse(path), { names, modules });
                if (uses.calls.length > 0) files.add(path);
                for (const name of uses.exported) names.add(name);
                if (uses.exportsDefault) modules.add(moduleName(path));
                for (const name of uses.escaping) escaping.add(name);
                for (const call of uses.calls) {
                    for (const argument of call.arguments ?? []) {
                        const forwarding = findForwarding(argument);
                        if (forwarding && !wrappers.has(forwarding.key)) round.push(forwarding);
                    }
                }
            }
        }
    }
    return { wrappers, names, modules, files: [...files].sort(), escaping };
}
