import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isPlugin } from '@zenstackhq/language/ast';
import type { Model, Plugin } from '@zenstackhq/language/ast';
import { getLiteral, getPluginDocuments } from '@zenstackhq/language/utils';
import { DocumentState, URI } from 'langium';
import type { LangiumDocument } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { ZModelAssets } from './assets.ts';
import { importsOf, resolveImportPath } from './load.ts';
import { isLibrary, isSchemaDocument } from './schema-sets.ts';

/**
 * Loads, whenever documents were parsed, what they need from elsewhere: imported files outside the
 * workspace folder, and the declarations of plugins (`@@allow` comes from one). For a plugin whose
 * package isn't installed the shipped copy is taken and that is said once.
 */
export function loadLinkedDocuments(
    shared: LangiumSharedServices,
    options: { assets: ZModelAssets; log(message: string): void },
): void {
    const { DocumentBuilder, LangiumDocuments, IndexManager } = shared.workspace;
    const said = new Set<string>();

    const add = async (file: string): Promise<LangiumDocument | undefined> => {
        const uri = URI.file(file);
        if (LangiumDocuments.hasDocument(uri) || !fs.existsSync(file)) return undefined;
        const document = await LangiumDocuments.getOrCreateDocument(uri);
        await IndexManager.updateContent(document);
        return document;
    };

    const load = async (document: LangiumDocument<Model>): Promise<void> => {
        const file = document.uri.fsPath;
        for (const plugin of pluginFiles(document.parseResult.value, file)) {
            if (plugin.shipped && !said.has(plugin.provider)) {
                said.add(plugin.provider);
                options.log(
                    `${plugin.provider} isn't installed; its declarations are taken from a copy that ships with ZModel Auth. ` +
                        "Run your package manager's install to use the version of your project.",
                );
            }
            await add(plugin.file);
        }
        for (const imported of importsOf(document.parseResult.value)) {
            const added = await add(resolveImportPath(file, imported.path));
            if (added && isSchemaDocument(added)) await load(added);
        }
    };

    const pluginFiles = (model: Model, file: string): { provider: string; file: string; shipped: boolean }[] =>
        model.declarations.filter(isPlugin).flatMap((declaration) => {
            const provider = providerOf(declaration);
            if (provider === undefined) return [];
            const installed = findPlugin(model, declaration, provider, file);
            const found = installed ?? options.assets.plugins[provider];
            return found === undefined ? [] : [{ provider, file: found, shipped: installed === undefined }];
        });

    DocumentBuilder.onBuildPhase(DocumentState.Parsed, async (documents) => {
        for (const document of documents) {
            if (document.uri.scheme === 'file' && !isLibrary(document) && isSchemaDocument(document))
                await load(document);
        }
    });
}

function providerOf(plugin: Plugin): string | undefined {
    const value = plugin.fields.find((field) => field.name === 'provider')?.value;
    const provider: unknown = value && getLiteral(value as Parameters<typeof getLiteral>[0]);
    return typeof provider === 'string' ? provider : undefined;
}

/**
 * The file with the declarations that a plugin brings, for whom the syntax tree isn't at hand.
 * In: the provider as the schema names it, the schema's path, the shipped copies. Out: an absolute path;
 * undefined when the plugin declares nothing, or isn't there.
 */
export function pluginFile(provider: string, schema: string, assets: ZModelAssets): string | undefined {
    const local = path.resolve(path.dirname(schema), provider);
    if (fs.existsSync(local)) {
        const folder = fs.statSync(local).isDirectory() ? local : path.dirname(local);
        const file = path.join(folder, 'plugin.zmodel');
        return fs.existsSync(file) ? file : undefined;
    }
    return resolvePackage(provider, schema) ?? assets.plugins[provider];
}

/**
 * The declarations that a plugin brings. Upstream's own search looks beside itself before it looks
 * beside the schema, which would find our packages instead of the user's.
 */
function findPlugin(model: Model, plugin: Plugin, provider: string, schema: string): string | undefined {
    if (fs.existsSync(path.resolve(path.dirname(schema), provider)))
        return getPluginDocuments({ ...model, declarations: [plugin] }, schema)[0];
    return resolvePackage(provider, schema);
}

function resolvePackage(provider: string, schema: string): string | undefined {
    try {
        return createRequire(schema).resolve(`${provider}/plugin.zmodel`);
    } catch (error) {
        // Not installed (yet), or a plugin without declarations of its own.
        if (error instanceof Error && 'code' in error) return undefined;
        throw error;
    }
}
