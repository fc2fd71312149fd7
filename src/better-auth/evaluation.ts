import type ts from 'typescript';
import type { Project } from './project.ts';
import type { ExternalRef, Frame, Value } from './values.ts';

/** The functions of bundled modules that an evaluation may call. */
export interface BundledModules {
    /** Out: the export of a bundled module (an object or function), or undefined. */
    find(ref: ExternalRef): object | undefined;
    /** Out: why a bundled module has no exports, or undefined. */
    failure(module: string): string | undefined;
    /**
     * Calls a function that comes from a bundled module.
     * In: the function, its evaluated arguments, the call. Out: its result, or unknown when it throws.
     */
    call(fn: object, args: Value[], node: ts.CallExpression): Value;
    /** Out: whether a call of this function is allowed at all. */
    isCallable(fn: object): boolean;
}

/** What the parts of the evaluator share. */
export interface Evaluation {
    readonly project: Project;
    readonly bundled: BundledModules;
    /** In: an expression and the frame of the function that is being evaluated. Out: its value. */
    evaluate(node: ts.Expression, frame: Frame | undefined): Value;
    /** In: a source file, the name of an export, and the node that asks. Out: its value. */
    exportOf(file: string, name: string, node: ts.Node): Value;
    /** In: a declaration that the name was found to refer to. Out: its value. */
    valueOf(name: string, declaration: ts.Node, frame: Frame | undefined, use: ts.Node): Value;
}
