import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { ContextAnalysis, ContextShape } from '../../../src/model/context-shape.ts';
import { renderShape } from './render.ts';

const MARK = '// => ';

/** Folder of the fixture projects. */
export const FIXTURES = path.join(import.meta.dirname, '../../fixtures/contexts');

/** A call of a fixture and the shape that its comment promises. */
export interface Expectation {
    file: string;
    /** One-based line of the comment. */
    line: number;
    expected: string;
}

/** Reads the comments `// => <shape> [via <wrapper>, …]` of all sources below a folder; each stands above one call. */
export function readExpectations(folder: string): Expectation[] {
    return fs
        .readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:[mc]?[jt]s|[jt]sx|vue|svelte)$/.test(name) && !name.includes('node_modules'))
        .flatMap((name) => {
            const file = path.join(folder, name);
            const lines = fs.readFileSync(file, 'utf8').split('\n');
            return lines.flatMap((text, index) => {
                const expected = text.trim().startsWith(MARK) ? text.trim().slice(MARK.length) : undefined;
                return expected === undefined ? [] : [{ file, line: index + 1, expected }];
            });
        });
}

/** The analysed call that an expectation is about: the first one that starts below its comment. */
export function callBelow(analysis: ContextAnalysis, { file, line }: Expectation): ContextShape {
    const found = analysis.contexts
        .filter((shape) => shape.call.file === file && shape.argument.range.end.line >= line)
        .sort((a, b) => a.argument.range.end.line - b.argument.range.end.line)[0];
    assert.ok(found, `no call was found below ${file}:${line}`);
    return found;
}

/** Fails unless the call below the comment has the shape that the comment promises. */
export function assertShape(analysis: ContextAnalysis, expectation: Expectation): void {
    const shape = callBelow(analysis, expectation);
    const via = shape.via ? ` via ${shape.via.map(({ name }) => name).join(', ')}` : '';
    assert.equal(`${renderShape(shape)}${via}`, expectation.expected);
}
