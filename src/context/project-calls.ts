import ts from 'typescript';
import type { Unknown } from '../model/unknown.ts';
import type { Backend } from './backend.ts';
import { buildShape } from './call-shape.ts';
import { type Callers, findUses, type NamedCall } from './callers.ts';
import { ClientSchemas } from './client-schema.ts';
import type { CallRecord } from './expand.ts';
import { findCalls, isTestFile } from './find-calls.ts';
import { findForwarding, type Forwarding, functionKey } from './forwarding.ts';
import { Reasons } from './reasons.ts';
import type { SchemaPlaces } from './schema-places.ts';
import { ShapeReader } from './shape.ts';
import { toNativePath } from './source-files.ts';

/** What the calls of one project pass. */
export interface ProjectCalls {
    records: CallRecord[];
    /** Keys of wrappers that may be called in ways that the types don't tell. */
    uncertain: string[];
    unknown: Unknown[];
}

/** The function with a body that a signature stands for: an overload's implementation. */
async function implementationOf(declaration: ts.Node, backend: Backend): Promise<ts.Node> {
    if (!ts.isFunctionLike(declaration) || ('body' in declaration && declaration.body)) return declaration;
    const symbol = declaration.name && (await backend.symbolAt(declaration.name));
    const candidates = ts.isConstructorDeclaration(declaration)
        ? declaration.parent.members
        : symbol
          ? await backend.declarations(symbol)
          : [];
    const found = candidates.find(
        (candidate) => candidate.kind === declaration.kind && 'body' in candidate && candidate.body,
    );
    return found ?? declaration;
}

/** The wrapper that a call by a wrapper's name really calls; `any` when the types don't tell. */
async function calledWrapper(
    call: NamedCall,
    backend: Backend,
    wrappers: ReadonlyMap<string, Forwarding>,
): Promise<Forwarding | 'any' | undefined> {
    const declaration = await backend.calledDeclaration(call);
    if (declaration) return wrappers.get(functionKey(await implementationOf(declaration, backend)));
    return (await backend.typeAt(call.expression)).flags & ts.TypeFlags.Any ? 'any' : undefined;
}

function leavesOut(call: NamedCall, { parameter, path }: Forwarding): boolean {
    return path.length === 0 && (call.arguments?.length ?? 0) <= parameter && !call.arguments?.some(ts.isSpreadElement);
}

/** The function whose parameter a call hands on. */
function forwardingOf(call: NamedCall, index: number): Forwarding | undefined {
    const argument = call.arguments?.[index];
    return argument && findForwarding(argument);
}

/**
 * Reads what the calls of `$setAuth` and of wrappers pass in some files of a project.
 * `pause` is awaited before each call and may throw to end the analysis.
 */
export async function readProjectCalls(
    backend: Backend,
    places: SchemaPlaces,
    files: readonly string[],
    root: string,
    callers: Callers,
    pause: () => Promise<void>,
): Promise<ProjectCalls> {
    const reasons = new Reasons(backend);
    const clients = new ClientSchemas(backend, places);
    const result: ProjectCalls = { records: [], uncertain: [], unknown: [] };
    for (const file of files) {
        const source = backend.sourceFile(file);
        if (!source) continue;
        result.unknown.push(...(await syntaxErrors(backend, source)));
        const inTest = isTestFile(file, root);
        for (const call of findCalls(source)) {
            await pause();
            const shape = await buildShape(call, inTest, new ShapeReader(backend, reasons));
            const schemaFile = await clients.of(call);
            const forwards = forwardingOf(call, 0);
            const own = { ...shape, ...(schemaFile !== undefined && { schemaFile }) };
            result.records.push({ shape: own, ...(forwards && { forwards }) });
        }
        if (!callers.files.includes(file)) continue;
        for (const call of findUses(source, callers).calls) {
            await pause();
            const wrapper = await calledWrapper(call, backend, callers.wrappers);
            if (wrapper === 'any') result.uncertain.push(...wrappersNamed(call, callers.wrappers));
            if (!wrapper || wrapper === 'any') continue;
            const { key: calls, parameter: index, path } = wrapper;
            const shape = await buildShape(call, inTest, new ShapeReader(backend, reasons), { index, path });
            const forwards = path.length === 0 ? forwardingOf(call, index) : undefined;
            const usesDefault = wrapper.hasDefault && leavesOut(call, wrapper);
            result.records.push({ shape, calls, usesDefault, ...(forwards && { forwards }) });
        }
    }
    return result;
}

function wrappersNamed(call: NamedCall, wrappers: ReadonlyMap<string, Forwarding>): string[] {
    const text = call.expression.getText();
    return [...wrappers.values()]
        .filter(({ names }) => names.some((name) => text === name || text.endsWith(`.${name}`)))
        .map(({ key }) => key);
}

/** A file that doesn't parse is analysed all the same, but what is said about it may be off. */
async function syntaxErrors(backend: Backend, source: ts.SourceFile): Promise<Unknown[]> {
    const first = await backend.syntaxError(source);
    if (!first) return [];
    return [
        {
            what: 'the file',
            reason: `it has a syntax error: ${first.message}`,
            file: toNativePath(source.fileName),
            line: source.getLineAndCharacterOfPosition(first.offset).line + 1,
        },
    ];
}
