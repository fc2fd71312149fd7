import type { AbstractDeclaration, Model, ModelImport } from '@zenstackhq/language/ast';
import { RootCstNodeImpl } from 'langium';
import type { LangiumDocument, Linker, ParseResult } from 'langium';
import { canGraft, graft } from './graft.ts';
import { failsAtEnd, failsAtStart, hasErrors, placedErrors } from './segment-parser.ts';
import type { ParsedSegment, SegmentParser } from './segment-parser.ts';
import { segmentsFrom } from './segments.ts';
import type { Segment } from './segments.ts';

interface Piece {
    afterDeclaration: boolean;
    parsed: ParsedSegment;
}

/** After as much work as this, in milliseconds, whoever waits has a turn. */
const SLICE = 8;

/** Segments that look as before are kept; two more are looked at again, as the end of one depends on what follows it. */
const LOOK_BACK = 2;

/**
 * The tree of a file that is edited. An edit parses the declarations that it changes; all others stay the objects that
 * they are, and those that change keep theirs where they can (see `graft`).
 */
export class DocumentTree {
    readonly #parser: SegmentParser;
    readonly #linker: Linker;
    #text: string | undefined;
    #pieces: Piece[] = [];
    /** What was parsed for an update that was given up, by text. */
    #parsed = new Map<string, ParsedSegment>();

    constructor(parser: SegmentParser, linker: Linker) {
        this.#parser = parser;
        this.#linker = linker;
    }

    /**
     * Takes over a new text. Until the tree is complete, the one before it stays as it is.
     * In: the text; `pause`, which is awaited after each slice of work and may throw to give up. Out: what the text
     * says, as one tree. Its `Model` is new each time.
     */
    async update(text: string, pause: () => Promise<void>, document?: LangiumDocument): Promise<ParseResult<Model>> {
        const { index, segments, kept } = this.#cut(text);
        const end = this.#pieces.length - kept;
        const before = this.#pieces.slice(index, end);
        const known = new Map<string, Piece[]>();
        for (const piece of before) known.set(piece.parsed.text, [...(known.get(piece.parsed.text) ?? []), piece]);
        const pieces: Piece[] = [];
        const parsedNow: ParsedSegment[] = [];
        let since = performance.now();
        for (const segment of segments) {
            const content = text.slice(segment.start, segment.end);
            const same = known.get(content)?.shift();
            const parsed = same?.parsed ?? this.#parse(content);
            pieces.push({ afterDeclaration: segment.afterDeclaration, parsed });
            if (!same) parsedNow.push(parsed);
            if (performance.now() - since > SLICE) {
                for (const each of parsedNow) this.#parsed.set(each.text, each);
                await pause();
                since = performance.now();
            }
        }
        const reunited = this.#reunite(pieces, this.#pieces.slice(0, index), this.#pieces.slice(end));
        // From here on the tree changes, in one go.
        this.#parsed.clear();
        this.#keepObjects([...before, ...reunited.replaced], reunited.changed);
        this.#pieces = reunited.all;
        this.#text = text;
        return this.#compose(text, document);
    }

    #parse(text: string): ParsedSegment {
        const known = this.#parsed.get(text);
        // Of two declarations with one text each has a tree of its own.
        this.#parsed.delete(text);
        return known ?? this.#parser.parse(text);
    }

    /** How many pieces stay before the first that is looked at again, the segments from there, how many pieces stay behind. */
    #cut(text: string): { index: number; segments: Segment[]; kept: number } {
        const pieces = this.#pieces;
        if (this.#text === undefined) return { index: 0, segments: [...segmentsFrom(text, 0, false)], kept: 0 };
        let index = 0;
        let offset = 0;
        const offsets: number[] = [];
        for (const { parsed } of pieces) {
            if (!text.startsWith(parsed.text, offset)) break;
            offsets.push(offset);
            offset += parsed.text.length;
            index += 1;
        }
        offsets.push(offset);
        index = Math.max(0, index - LOOK_BACK);
        const from = offsets[index] ?? 0;
        // Boundaries that the rest of the text had before, from its end: where one is met again, all that follows is as it was.
        const boundaries = new Map<number, number>();
        let end = text.length;
        for (let at = pieces.length - 1; at >= index; at -= 1) {
            const piece = pieces[at];
            if (!piece || !text.endsWith(piece.parsed.text, end)) break;
            end -= piece.parsed.text.length;
            if (end < from) break;
            boundaries.set(end, at);
        }
        const segments: Segment[] = [];
        const found = segmentsFrom(text, from, pieces[index - 1]?.afterDeclaration ?? false);
        for (const segment of found) {
            segments.push(segment);
            const at = boundaries.get(segment.end);
            if (at === undefined) continue;
            if ((pieces[at - 1]?.afterDeclaration ?? false) !== segment.afterDeclaration) continue;
            return { index, segments, kept: pieces.length - at };
        }
        return { index, segments, kept: 0 };
    }

    /**
     * Joins a segment that has errors at its edge with its neighbour when that makes an end of them: they were cut apart
     * where the grammar sees one declaration.
     */
    #reunite(pieces: Piece[], left: Piece[], right: Piece[]): { all: Piece[]; changed: Piece[]; replaced: Piece[] } {
        const all = [...left, ...pieces, ...right];
        const changed = new Set(pieces);
        const replaced: Piece[] = [];
        for (let at = left.length; at < all.length - right.length; at += 1) {
            const piece = all[at];
            if (!piece || !changed.has(piece) || !hasErrors(piece.parsed)) continue;
            const previous = all[at - 1];
            const next = all[at + 1];
            const pairs: [number, Piece, Piece][] = [];
            if (next && failsAtEnd(piece.parsed)) pairs.push([at, piece, next]);
            if (previous && failsAtStart(piece.parsed)) pairs.push([at - 1, previous, piece]);
            for (const [place, first, second] of pairs) {
                const parsed = this.#parser.parse(first.parsed.text + second.parsed.text);
                if (hasErrors(parsed)) continue;
                const joined = { afterDeclaration: second.afterDeclaration, parsed };
                all.splice(place, 2, joined);
                for (const each of [first, second]) {
                    if (!changed.delete(each)) replaced.push(each);
                }
                changed.add(joined);
                at = place;
                break;
            }
        }
        return { all, changed: [...changed], replaced };
    }

    /** Puts what changed declarations say now into the objects that stood for them before. */
    #keepObjects(before: readonly Piece[], now: readonly Piece[]): void {
        const current = new Set(now.map(({ parsed }) => parsed));
        const gone = before.map(({ parsed }) => parsed).filter((parsed) => !current.has(parsed));
        const old = new Map<string, AbstractDeclaration[]>();
        for (const { declarations } of gone) {
            for (const declaration of declarations) {
                const key = keyOf(declaration);
                old.set(key, [...(old.get(key) ?? []), declaration]);
            }
        }
        const stayed = new Set(before.map(({ parsed }) => parsed));
        for (const parsed of current) {
            if (stayed.has(parsed)) continue;
            const isBroken = hasErrors(parsed);
            parsed.declarations = parsed.declarations.map((declaration) => {
                const match = old.get(keyOf(declaration))?.shift();
                if (!match || !canGraft(match, declaration)) return declaration;
                graft(match, declaration, isBroken, this.#linker);
                return match;
            });
        }
        for (const { root } of gone) root.file = undefined;
    }

    #compose(text: string, document: LangiumDocument | undefined): ParseResult<Model> {
        const file = new RootCstNodeImpl(text);
        file.root = file;
        const model: Model = { $type: 'Model', imports: [], declarations: [] };
        const result: ParseResult<Model> = { value: model, lexerErrors: [], parserErrors: [] };
        let base = 0;
        let line = 0;
        for (const [index, { parsed }] of this.#pieces.entries()) {
            const { root } = parsed;
            const next = this.#pieces[index + 1];
            // An error right behind a declaration may be what ended it too early.
            root.isWhole = !hasErrors(parsed) && !(next && hasErrors(next.parsed));
            root.base = base;
            root.line = line;
            root.file = file;
            file.content.push(...root.content);
            for (const node of parsed.imports) place(node, model, 'imports', model.imports.push(node) - 1);
            for (const node of parsed.declarations)
                place(node, model, 'declarations', model.declarations.push(node) - 1);
            if (hasErrors(parsed)) {
                const { lexerErrors, parserErrors } = placedErrors(parsed, next === undefined);
                result.lexerErrors.push(...lexerErrors);
                result.parserErrors.push(...parserErrors);
            }
            base += parsed.text.length;
            line += parsed.lines;
        }
        file.astNode = model;
        Reflect.set(model, '$cstNode', file);
        if (document) Reflect.set(model, '$document', document);
        return result;
    }
}

function place(node: AbstractDeclaration | ModelImport, model: Model, property: string, index: number): void {
    Reflect.set(node, '$container', model);
    Reflect.set(node, '$containerProperty', property);
    Reflect.set(node, '$containerIndex', index);
}

function keyOf(declaration: AbstractDeclaration): string {
    return `${declaration.$type} ${declaration.name}`;
}
