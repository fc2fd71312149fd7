import type { ZModelServices } from '@zenstackhq/language';
import { isDataModel, isEnum, isModel, isTypeDef } from '@zenstackhq/language/ast';
import type { AbstractDeclaration, Model } from '@zenstackhq/language/ast';
import { AstUtils, Cancellation, DefaultDocumentValidator, interruptAndCheck } from 'langium';
import type { AstNode, CstNode, ValidationAcceptor, ValidationOptions } from 'langium';
import type { Diagnostic } from 'vscode-languageserver-types';
import type { Link, SchemaLinker } from './linker.ts';
import { declarationOf } from './nodes.ts';
import { indexOf } from './scopes.ts';
import { SegmentRoot } from './segment-cst.ts';
import { basesOf } from './shapes.ts';

/** A diagnostic with the tree that it stands in, and where that tree began when it was made. */
interface Found {
    diagnostic: Diagnostic;
    cst: CstNode | undefined;
    line: number;
}

/** What the checks found in a declaration, and what it rests on besides the declaration's link. */
interface Result {
    link: Link;
    /** Categories of checks that were run. */
    categories: string;
    /** What the file says about its database and plugins. */
    setup: string;
    /** Declarations whose text counts as a whole, with the trees that they had. */
    whole: ReadonlyMap<AbstractDeclaration, CstNode | undefined>;
    found: Found[];
}

/**
 * Langium's validator, which runs the checks of a declaration again when something changed that they may depend on:
 * its own text, the declarations that it refers to, the rules that it inherits, the file's datasource.
 */
export class SchemaDocumentValidator extends DefaultDocumentValidator {
    readonly #linker: SchemaLinker;
    readonly #services: ZModelServices;
    readonly #results = new WeakMap<AbstractDeclaration, Result>();
    /** Files with nothing wrong as a whole, by URI: with which names and imports. */
    readonly #sound = new Map<string, string>();

    constructor(services: ZModelServices, linker: SchemaLinker) {
        super(services);
        this.#services = services;
        this.#linker = linker;
    }

    protected override async validateAst(
        root: AstNode,
        options: ValidationOptions,
        token = Cancellation.CancellationToken.None,
    ): Promise<Diagnostic[]> {
        if (!isModel(root)) return super.validateAst(root, options, token);
        const diagnostics: Diagnostic[] = [];
        const acceptor: ValidationAcceptor = (severity, message, info) => {
            diagnostics.push(this.toDiagnostic(severity, message, info));
        };
        await this.validateAstBefore(root, options, acceptor, token);
        diagnostics.push(...(await this.#checkFile(root, options, token)));
        const setup = setupOf(root);
        for (const declaration of root.declarations) {
            await interruptAndCheck(token);
            const found = await this.#check(declaration, setup, options, token);
            diagnostics.push(...found.map(placed));
        }
        await this.validateAstAfter(root, options, acceptor, token);
        return diagnostics;
    }

    /** Checks what is about the file as a whole: its imports, and names that are there twice. */
    async #checkFile(
        root: Model,
        options: ValidationOptions,
        token: Cancellation.CancellationToken,
    ): Promise<Diagnostic[]> {
        const key = JSON.stringify([
            indexOf(this.#services).lastChange,
            root.imports.map(({ path }) => path),
            options.categories ?? null,
        ]);
        const uri = root.$document?.uri.toString() ?? '';
        if (this.#sound.get(uri) === key) return [];
        const diagnostics: Diagnostic[] = [];
        const acceptor: ValidationAcceptor = (severity, message, info) => {
            diagnostics.push(this.toDiagnostic(severity, message, info));
        };
        await this.#checkNode(root, options, acceptor, token);
        for (const imported of root.imports) await this.#checkNode(imported, options, acceptor, token);
        // Upstream's check goes on after it returned.
        await new Promise((resolve) => setImmediate(resolve));
        if (diagnostics.length === 0) this.#sound.set(uri, key);
        else this.#sound.delete(uri);
        return diagnostics;
    }

    async #check(
        declaration: AbstractDeclaration,
        setup: string,
        options: ValidationOptions,
        token: Cancellation.CancellationToken,
    ): Promise<readonly Found[]> {
        const link = this.#linker.linkOf(declaration);
        const categories = JSON.stringify(options.categories ?? null);
        const known = this.#results.get(declaration);
        if (
            known &&
            known.link === link &&
            known.setup === setup &&
            known.categories === categories &&
            [...known.whole].every(([each, cst]) => each.$cstNode === cst)
        )
            return known.found;
        const found: Found[] = [];
        const whole = new Map(basesOf(declaration).map((base) => [base as AbstractDeclaration, base.$cstNode]));
        const acceptor: ValidationAcceptor = (severity, message, info) => {
            const owner = declarationOf(info.node) ?? declaration;
            if (owner !== declaration) whole.set(owner, owner.$cstNode);
            const diagnostic = this.toDiagnostic(severity, message, info);
            found.push({ diagnostic, cst: owner.$cstNode, line: lineOf(owner.$cstNode) });
        };
        for (const node of AstUtils.streamAst(declaration)) {
            await interruptAndCheck(token);
            await this.#checkNode(node, options, acceptor, token);
        }
        // What extends a base of delegates is found in no reference of it.
        const isBase =
            isDataModel(declaration) && declaration.attributes.some(({ decl }) => decl.$refText === '@@delegate');
        if (link && !isBase) this.#results.set(declaration, { link, categories, setup, whole, found });
        else this.#results.delete(declaration);
        return found;
    }

    async #checkNode(
        node: AstNode,
        options: ValidationOptions,
        acceptor: ValidationAcceptor,
        token: Cancellation.CancellationToken,
    ): Promise<void> {
        for (const check of this.validationRegistry.getChecks(node.$type, options.categories))
            await check(node, acceptor, token);
    }
}

/** The texts of what has a say in how everything else is checked. */
function setupOf(model: Model): string {
    return model.declarations
        .filter((each) => !isDataModel(each) && !isTypeDef(each) && !isEnum(each))
        .map(({ $cstNode }) => $cstNode?.text)
        .join('\n');
}

function lineOf(cst: CstNode | undefined): number {
    return cst?.root instanceof SegmentRoot ? cst.root.line : 0;
}

/** A diagnostic where its declaration is now. */
function placed({ diagnostic, cst, line }: Found): Diagnostic {
    const by = lineOf(cst) - line;
    if (by === 0) return diagnostic;
    const { start, end } = diagnostic.range;
    return {
        ...diagnostic,
        range: {
            start: { line: start.line + by, character: start.character },
            end: { line: end.line + by, character: end.character },
        },
    };
}
