import type ts from 'typescript';
import type { Location } from '../model/text.ts';
import { toNativePath } from './source-files.ts';

/** The longest type or argument text that a result carries, in UTF-16 code units. */
const MAX_TEXT = 200;

/** Where a node stands, without the comments and blanks before it. */
export function locate(node: ts.Node, sourceFile: ts.SourceFile = node.getSourceFile()): Location {
    return {
        file: toNativePath(sourceFile.fileName),
        range: {
            start: sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile)),
            end: sourceFile.getLineAndCharacterOfPosition(node.getEnd()),
        },
    };
}

/** Cuts a text to 200 characters, the last one being `…` when something is left out. Line breaks become blanks. */
export function shorten(text: string): string {
    const line = text.replace(/\s*\n\s*/g, ' ');
    return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}
