import { isDataModel, isTypeDef } from '@zenstackhq/language/ast';
import type { DataModel, TypeDef } from '@zenstackhq/language/ast';
import type { AstNode } from 'langium';
import type { Span } from '../model/text.ts';
import { cstOf, spanOf } from './cst.ts';
import { isReadWhole } from './incremental/segment-cst.ts';
import type { SchemaSource } from './view.ts';

/** Where a declaration stands. */
export interface DeclarationPlace {
    start: number;
    /** Its file and text. */
    key: string;
}

const places = new WeakMap<SchemaSource, Map<AstNode, DeclarationPlace>>();

/**
 * Where a model, view or type stands. Out: undefined for what is none of these, and for what was read together
 * with errors, where the same text may be read in another way.
 */
export function placeOf(node: AstNode, source: SchemaSource): DeclarationPlace | undefined {
    const { file, content, syntaxErrors } = source;
    if (!isDeclaration(node) || (syntaxErrors.length > 0 && !isReadWhole(node))) return undefined;
    const ofSource = places.get(source) ?? new Map<AstNode, DeclarationPlace>();
    places.set(source, ofSource);
    const known = ofSource.get(node);
    if (known) return known;
    const { start, end } = spanOf(cstOf(node));
    const place = { start, key: `${file}\n${content.slice(start, end)}` };
    ofSource.set(node, place);
    return place;
}

function isDeclaration(node: AstNode): node is DataModel | TypeDef {
    return isDataModel(node) || isTypeDef(node);
}

/** The last two texts that were compared: equal ones that aren't the same object take a while. */
let compared = { tree: '', content: '', isSame: true };

/** Whether a tree is still of the text that the source has: trees of documents are changed in place by edits. */
export function isCurrent(node: AstNode, { content }: SchemaSource): boolean {
    const tree = cstOf(node).root.fullText;
    if (compared.tree !== tree || compared.content !== content) compared = { tree, content, isSame: tree === content };
    return compared.isSame;
}

/** Beyond this many declarations, counting each text that one has had, everything is forgotten. */
const MOST = 4000;

/** Remembers what was read of declarations by their texts; at another place it is moved there. */
export class TextMemory<T> {
    readonly #known = new Map<string, { start: number; value: T }>();
    readonly #move: (value: T, by: number) => T;

    /** @param move - Copies a value to a place that is `by` offsets further. */
    constructor(move: (value: T, by: number) => T) {
        this.#move = move;
    }

    /** What is known of a text, at its place; undefined when nothing is that holds. */
    find({ start, key }: DeclarationPlace, isRight: (known: T) => boolean): T | undefined {
        const known = this.#known.get(key);
        if (!known || !isRight(known.value)) return undefined;
        return known.start === start ? known.value : this.#move(known.value, start - known.start);
    }

    /** What is known of a text at a place, or what `read` gives; `isRight` refuses what doesn't hold any more. */
    recall({ start, key }: DeclarationPlace, read: () => T, isRight: (known: T) => boolean = () => true): T {
        const known = this.#known.get(key);
        if (known && isRight(known.value)) {
            if (known.start === start) return known.value;
            const value = this.#move(known.value, start - known.start);
            this.#known.set(key, { start, value });
            return value;
        }
        const value = read();
        if (this.#known.size > MOST) this.#known.clear();
        this.#known.set(key, { start, value });
        return value;
    }
}

export function moveSpan({ start, end }: Span, by: number): Span {
    return { start: start + by, end: end + by };
}
