import { isDataModel, isEnum, isModel, isTypeDef } from '@zenstackhq/language/ast';
import type { AbstractDeclaration, DataModel, TypeDef } from '@zenstackhq/language/ast';
import type { AstNode, CstNode } from 'langium';

/** Attributes that nothing but their own declaration, and those that inherit them, are checked against. */
const RULES = new Set(['@@allow', '@@deny', '@allow', '@deny']);

interface Shape {
    cst: CstNode | undefined;
    text: string;
    version: number;
}

/**
 * What of a declaration others depend on: its name, its fields with their types and attributes, what it inherits;
 * not its rules.
 */
export class Shapes {
    readonly #shapes = new WeakMap<AbstractDeclaration, Shape>();
    readonly #ids = new WeakMap<AstNode | CstNode, number>();
    /** By declaration, until `reset`. */
    #keys = new Map<AbstractDeclaration, string>();
    #lastId = 0;

    /** Forgets keys: declarations may have changed. */
    reset(): void {
        this.#keys = new Map();
    }

    /**
     * A text that is the same as long as nothing changed that others see of a declaration, or of what it inherits.
     * Two objects never have the same, so that it also tells a declaration from one that took its name.
     */
    key(declaration: AbstractDeclaration): string {
        const known = this.#keys.get(declaration);
        if (known !== undefined) return known;
        const all = [declaration, ...basesOf(declaration)];
        const key = all.map((each) => `${this.#id(each)}.${this.#version(each)}`).join(' ');
        this.#keys.set(declaration, key);
        return key;
    }

    #version(declaration: AbstractDeclaration): number {
        const known = this.#shapes.get(declaration);
        if (known && known.cst === declaration.$cstNode) return known.version;
        const text = this.#describe(declaration);
        const version = known ? known.version + (known.text === text ? 0 : 1) : 0;
        this.#shapes.set(declaration, { cst: declaration.$cstNode, text, version });
        return version;
    }

    #describe(declaration: AbstractDeclaration): string {
        const isOwner = isDataModel(declaration) || isTypeDef(declaration);
        if (!isOwner && !isEnum(declaration)) return declaration.$cstNode ? `${this.#id(declaration.$cstNode)}` : '';
        const attributes = (of: { decl: { $refText: string }; $cstNode?: CstNode }[]): string[] =>
            of.filter(({ decl }) => !RULES.has(decl.$refText)).map(({ $cstNode }) => $cstNode?.text ?? '');
        const fields = declaration.fields.map((field) => [
            this.#id(field),
            field.name,
            'type' in field ? (field.type.$cstNode?.text ?? '') : '',
            ...attributes(field.attributes),
        ]);
        const head = isOwner
            ? [
                  isDataModel(declaration) && declaration.isView,
                  isDataModel(declaration) && declaration.baseModel?.$refText,
                  ...declaration.mixins.map(({ $refText }) => $refText),
              ]
            : [];
        return JSON.stringify([declaration.name, head, attributes(declaration.attributes), fields]);
    }

    #id(of: AstNode | CstNode): number {
        const known = this.#ids.get(of);
        if (known !== undefined) return known;
        this.#lastId += 1;
        this.#ids.set(of, this.#lastId);
        return this.#lastId;
    }
}

/** What a declaration extends and mixes in, directly or not. Resolves references that aren't yet. */
export function basesOf(declaration: AbstractDeclaration): (DataModel | TypeDef)[] {
    const found = new Set<DataModel | TypeDef>();
    const visit = (at: AbstractDeclaration): void => {
        if (!isDataModel(at) && !isTypeDef(at)) return;
        const direct = [...at.mixins, ...(isDataModel(at) && at.baseModel ? [at.baseModel] : [])];
        for (const { ref } of direct) {
            if (!ref || found.has(ref)) continue;
            found.add(ref);
            visit(ref);
        }
    };
    visit(declaration);
    return [...found];
}

/** Whether a declaration is part of its document's tree as it is now. */
export function isLive(declaration: AbstractDeclaration): boolean {
    const { $container: model } = declaration;
    return isModel(model) && model.$document?.parseResult.value === model;
}
