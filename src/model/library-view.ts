/** A parameter of an attribute or function, as it is declared. */
export interface ParameterView {
    name: string;
    /** `String`, `FieldReference`, `ContextType`, the name of an enum, … */
    type: string;
    array: boolean;
    optional: boolean;
    /** Declared with `_`: the argument may be given without a name. Always true for functions. */
    unnamed: boolean;
    /** Values of `@@@completionHint`, without their quotes. */
    hints: string[];
}

/** An attribute that schemas may use. */
export interface AttributeDeclaration {
    /** With its at signs: `@@allow`. */
    name: string;
    parameters: ParameterView[];
    /** Names after `@@@targetField`; empty for any field. */
    targets: string[];
    once: boolean;
    deprecated: boolean;
    /** Carries `@@@validation`. */
    validation: boolean;
    documentation: string;
    /** The declaration as it is written, without its documentation and marks. */
    signature: string;
}

/** A function that expressions may call. */
export interface FunctionDeclaration {
    name: string;
    parameters: ParameterView[];
    returns: string;
    /** Names after `@@@expressionContext`: `AccessPolicy`, `DefaultValue`, … */
    contexts: string[];
    documentation: string;
    signature: string;
}

/** What ZenStack's standard library and the plugins of a schema declare. */
export interface LibraryView {
    attributes: AttributeDeclaration[];
    functions: FunctionDeclaration[];
    enums: { name: string; values: string[] }[];
}
