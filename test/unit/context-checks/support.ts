import path from 'node:path';
import { runChecks } from '../../../src/checks/index.ts';
import { ContextAnalyser } from '../../../src/context/analyse.ts';
import { nodeDisk } from '../../../src/context/disk.ts';
import { libFolder } from '../../../src/context/lib-folder.ts';
import type { AuthConfig } from '../../../src/model/auth-table.ts';
import type { ContextShape } from '../../../src/model/context-shape.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { SchemaView } from '../../../src/model/schema-view.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';
import { Workspace } from '../context/workspace.ts';

export const ENTRY = path.resolve('/app/schema.zmodel');

/** A schema of one file. */
export function viewOf(content: string): SchemaView {
    return buildSchemaView(ENTRY, [{ ...parseSource(content), file: ENTRY, imports: [] }]);
}

/** A type with the members, and a model with a rule that reads each of `used`. */
export function schemaWith(members: readonly string[], used: readonly string[] = []): string {
    const rules = used.map((name) => `    @@allow('read', auth().${name} != null)`);
    const fields = members.map((member) => `    ${member}`);
    return ['type Auth {', ...fields, '    @@auth', '}', 'model Note {', '    id String @id', ...rules, '}', ''].join(
        '\n',
    );
}

export interface Checked {
    contexts: readonly ContextShape[];
    configs?: readonly AuthConfig[];
    isContextIncomplete?: boolean;
}

/** The findings about contexts; paths in messages are file names. */
export function contextFindings(view: SchemaView, { contexts, configs = [], isContextIncomplete }: Checked): Finding[] {
    const input = {
        view,
        contexts,
        configs,
        ...(isContextIncomplete !== undefined && { isContextIncomplete }),
        isMainSchema: true,
        display: (file: string) => path.basename(file),
    };
    return runChecks(input).filter(({ code }) => code.startsWith('context-'));
}

/** Reads sources as one project. Out: the calls by file name, and the calls' file contents. */
export async function readSources(
    sources: Readonly<Record<string, string>>,
    config = { compilerOptions: { strict: true, module: 'ESNext', moduleResolution: 'Bundler', allowJs: true } },
): Promise<Map<string, ContextShape[]>> {
    const workspace = new Workspace({ ...sources, 'tsconfig.json': JSON.stringify(config) });
    try {
        const analyser = new ContextAnalyser(nodeDisk, libFolder);
        const { contexts } = await analyser.analyse({ root: workspace.root, overlays: {}, types: true });
        const byFile = new Map(Object.keys(sources).map((name): [string, ContextShape[]] => [name, []]));
        for (const shape of contexts) {
            const name = path.relative(workspace.root, shape.call.file).split(path.sep).join('/');
            byFile.get(name)?.push(shape);
        }
        return byFile;
    } finally {
        workspace.remove();
    }
}
