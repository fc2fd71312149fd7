import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

/** The folder with one folder per case. */
export const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures/auth-configs');

// Better Auth would print a warning per configuration.
process.env['BETTER_AUTH_URL'] ??= 'http://localhost:3000';

const FIXTURES_URL = pathToFileURL(FIXTURES).href;

/** What a bundler does for an application: extensions, the alias `@/`, JSX. Only fixtures are concerned. */
registerHooks({
    resolve(specifier, context, next) {
        if (context.parentURL?.startsWith(FIXTURES_URL) !== true || !/^(?:\.{1,2}|@)\//.test(specifier)) {
            return next(specifier, context);
        }
        const parent = fileURLToPath(context.parentURL);
        const [name] = path.relative(FIXTURES, parent).split(path.sep);
        const target = specifier.startsWith('@/')
            ? path.join(FIXTURES, name ?? '', 'src', specifier.slice(2))
            : path.resolve(path.dirname(parent), specifier);
        const source = target.replace(/\.js$/, '.ts');
        const found = [target, source, `${target}.ts`, path.join(target, 'index.ts')].find(
            (file) => path.extname(file) !== '' && existsSync(file),
        );
        return next(found === undefined || found === target ? specifier : pathToFileURL(found).href, context);
    },
    load(url, context, next) {
        if (!url.startsWith(FIXTURES_URL) || !url.endsWith('.tsx')) {
            return next(url, context);
        }
        const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), {
            compilerOptions: { jsx: ts.JsxEmit.React, module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
        });
        return { format: 'module', source: outputText, shortCircuit: true };
    },
});

/**
 * Runs a fixture with the real Better Auth.
 * In: the file. Out: the options that its `betterAuth(…)` call was given; a factory is called with an
 * empty environment.
 */
export async function runFixture(file: string): Promise<Record<string, unknown>> {
    const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    for (const value of Object.values(loaded)) {
        const made: unknown = typeof value === 'function' ? Reflect.apply(value, undefined, [{}]) : value;
        if (typeof made === 'object' && made !== null) {
            const holder = 'auth' in made && typeof made.auth === 'object' && made.auth !== null ? made.auth : made;
            if ('options' in holder && typeof holder.options === 'object' && holder.options !== null) {
                return holder.options as Record<string, unknown>;
            }
        }
    }
    throw new Error(`${file} exports nothing that betterAuth() made`);
}
