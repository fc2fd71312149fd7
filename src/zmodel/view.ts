import { isBuiltinType, isDataModel, isDataSource, isEnum, isPlugin, isTypeDef } from '@zenstackhq/language/ast';
import type {
    AttributeArg,
    DataField,
    DataFieldAttribute,
    DataModel,
    DataModelAttribute,
    DataSource,
    Plugin,
    TypeDef,
} from '@zenstackhq/language/ast';
import { getLiteral } from '@zenstackhq/language/utils';
import type { AstNode } from 'langium';
import type {
    AttributeView,
    DeclarationView,
    FieldType,
    FieldView,
    SchemaFileView,
    SchemaView,
} from '../model/schema-view.ts';
import type { PolicySchema } from '../model/policy.ts';
import type { Span } from '../model/text.ts';
import { authUses } from './auth-uses.ts';
import { braces, cstOf, propertySpan, spanOf } from './cst.ts';
import { rememberDeclaration } from './declaration-memory.ts';
import { withCurrentTree } from './parse.ts';
import type { ParsedSource, SyntaxError } from './parse.ts';
import { buildPolicySchema } from './policy-schema.ts';

/** One file of a schema: where it is, what it holds, and where its imports lead (undefined: nowhere). */
export interface SchemaSource extends ParsedSource {
    file: string;
    imports: { path: string; span: Span; resolved?: string }[];
}

/** Names of the whole schema, resolved by us: that works where the linker gives up, in files with syntax errors. */
export interface Names {
    kinds: Map<string, 'model' | 'type'>;
    enums: Map<string, string[]>;
}

function attributeView(attribute: DataModelAttribute | DataFieldAttribute): AttributeView {
    const argument = (arg: AttributeArg): { name?: string; text: string } => {
        const text = arg.value.$cstNode?.text ?? '';
        return arg.name === undefined ? { text } : { name: arg.name, text };
    };
    return {
        name: attribute.decl.$refText,
        args: attribute.args.map(argument),
        span: spanOf(cstOf(attribute)),
    };
}

function fieldType(field: DataField, names: Names): FieldType {
    // A recovered tree may lack what the types promise.
    const type = field.type as DataField['type'] | undefined;
    const shape = { array: type?.array ?? false, optional: type?.optional ?? false };
    if (type?.type && isBuiltinType(type.type)) return { ...shape, kind: 'builtin', name: type.type };
    if (type?.unsupported) return { ...shape, kind: 'unsupported', name: cstOf(type.unsupported).text };
    const name = type?.reference?.$refText ?? '';
    const values = names.enums.get(name);
    if (values) return { ...shape, kind: 'enum', name, values };
    return { ...shape, kind: names.kinds.get(name) ?? 'unresolved', name };
}

function fieldView(field: DataField, declaredIn: string, file: string, names: Names): FieldView | undefined {
    // A recovered tree may lack what the types promise.
    const name = field.name as string | undefined;
    const type = field.type as DataField['type'] | undefined;
    const cst = cstOf(field);
    // Nothing but doc comments stands before the name; the search for a property's place goes through all of the field.
    const { start } = spanOf(cst);
    const nameSpan =
        name !== undefined && cst.root.fullText.startsWith(name, start)
            ? { start, end: start + name.length }
            : propertySpan(field, 'name');
    const typeSpan = type?.$cstNode && { start: type.$cstNode.offset, end: type.$cstNode.end };
    if (!nameSpan || !typeSpan) return undefined;
    return {
        name: field.name,
        type: fieldType(field, names),
        attributes: field.attributes.map(attributeView),
        file,
        span: { start: nameSpan.start, end: cst.end },
        nameSpan,
        typeSpan,
        declaredIn,
    };
}

/** An error at the first token after a declaration may be what ended it too early. */
function isIntact(span: Span, closed: boolean, next: number, errors: readonly SyntaxError[]): boolean {
    return closed && !errors.some((error) => error.end >= span.start && error.start < next);
}

/**
 * The view of one model, view or type, with the fields and attributes that it declares itself.
 * In: its node, the file, where the next declaration begins, the names of the schema. Out: the view; undefined
 * when the parser found no name or brace.
 */
export function declarationView(
    node: DataModel | TypeDef,
    source: SchemaSource,
    next: number,
    names: Names,
): DeclarationView | undefined {
    const nameSpan = propertySpan(node, 'name');
    const cst = cstOf(node);
    const open = braces(cst, '{').at(0);
    if (!nameSpan || !open) return undefined;
    const close = braces(cst, '}').at(-1);
    const span = spanOf(cst);
    const ownFields = node.fields
        .map((field) => fieldView(field, node.name, source.file, names))
        .filter((field) => field !== undefined);
    const base = isDataModel(node) ? node.baseModel?.$refText : undefined;
    const attributes = node.attributes.map(attributeView);
    const map = node.attributes.find((attribute) => attribute.decl.$refText === '@@map')?.args[0];
    const mapped: unknown = map && getLiteral(map.value);
    return {
        kind: isDataModel(node) ? (node.isView ? 'view' : 'model') : 'type',
        name: node.name,
        file: source.file,
        span,
        nameSpan,
        bodySpan: { start: open.end, end: close?.offset ?? cst.end },
        ownFields,
        fields: ownFields,
        attributes,
        bases: [...(base ? [base] : []), ...node.mixins.map((mixin) => mixin.$refText)],
        tableName: typeof mapped === 'string' ? mapped : node.name,
        intact: isIntact(span, close !== undefined, next, source.syntaxErrors),
    };
}

/** Own fields and what comes by `extends` and `with`; a circle ends where it closes. */
export function inheritedFields(
    declaration: DeclarationView,
    byName: Map<string, DeclarationView>,
    seen = new Set<DeclarationView>(),
): FieldView[] {
    if (seen.has(declaration)) return [];
    seen.add(declaration);
    const bases = declaration.bases.flatMap((name) => {
        const base = byName.get(name);
        return base ? inheritedFields(base, byName, seen) : [];
    });
    return [...bases, ...declaration.ownFields];
}

/** The text that a field of a datasource or plugin has, when it is one. */
export function literalField(node: DataSource | Plugin, name: string): string | undefined {
    const field = node.fields.find((candidate) => candidate.name === name);
    const value: unknown = field && getLiteral(field.value as Parameters<typeof getLiteral>[0]);
    return typeof value === 'string' ? value : undefined;
}

function fieldValueSpan(node: DataSource, name: string): Span | undefined {
    // While a field is being typed its value may be missing from the tree.
    const value: AstNode | undefined = node.fields.find((candidate) => candidate.name === name)?.value;
    return value?.$cstNode && spanOf(value.$cstNode);
}

/**
 * Builds the plain view of a schema from its parsed files.
 * In: the entry's absolute path and its sources (the entry first, then what it imports). Out: the view.
 * Needs no linking: names are resolved within the given sources, so it also works while some file has
 * syntax errors or packages aren't installed.
 */
export function buildSchemaView(entry: string, sources: readonly SchemaSource[]): SchemaView {
    const names: Names = { kinds: new Map(), enums: new Map() };
    const view: Omit<SchemaView, 'policies'> = {
        entry,
        files: [],
        plugins: [],
        enums: [],
        declarations: [],
        authDeclarations: [],
        authUses: [],
    };
    for (const source of sources) {
        for (const declaration of source.model.declarations) {
            if (isEnum(declaration)) {
                const values = declaration.fields.map((field) => field.name);
                names.enums.set(declaration.name, values);
                view.enums.push({
                    name: declaration.name,
                    values,
                    file: source.file,
                    span: spanOf(cstOf(declaration)),
                });
            } else if (isDataModel(declaration)) names.kinds.set(declaration.name, 'model');
            else if (isTypeDef(declaration)) names.kinds.set(declaration.name, 'type');
        }
    }
    for (const source of sources) {
        view.files.push(fileView(source));
        for (const [index, declaration] of source.model.declarations.entries()) {
            const following = source.model.declarations[index + 1];
            const next = following ? cstOf(following).offset : source.content.length + 1;
            if (isDataModel(declaration) || isTypeDef(declaration)) {
                const read = (): DeclarationView | undefined => declarationView(declaration, source, next, names);
                const built = rememberDeclaration(declaration, source, names, read);
                if (built) view.declarations.push(built);
            } else if (isPlugin(declaration)) {
                const provider = literalField(declaration, 'provider');
                const plugin = { name: declaration.name, file: source.file, span: spanOf(cstOf(declaration)) };
                view.plugins.push(provider === undefined ? plugin : { ...plugin, provider });
            } else if (isDataSource(declaration)) {
                const provider = literalField(declaration, 'provider');
                const providerSpan = fieldValueSpan(declaration, 'provider');
                if (provider !== undefined && providerSpan && view.provider === undefined) {
                    view.provider = provider;
                    view.datasource = {
                        name: declaration.name,
                        file: source.file,
                        span: spanOf(cstOf(declaration)),
                        providerSpan,
                    };
                }
            }
        }
        const { uses, first } = authUses(source);
        view.authUses.push(...uses);
        if (first) view.firstAuthCall ??= { file: source.file, span: first };
    }
    const byName = new Map(view.declarations.map((declaration) => [declaration.name, declaration]));
    for (const declaration of view.declarations) declaration.fields = inheritedFields(declaration, byName);
    view.authDeclarations = view.declarations.filter((declaration) =>
        declaration.attributes.some((attribute) => attribute.name === '@@auth'),
    );
    const [marked] = view.authDeclarations;
    const user = view.declarations.find((declaration) => declaration.name === 'User' && declaration.kind !== 'view');
    if (marked) view.auth = { declaration: marked, by: '@@auth' };
    else if (user) view.auth = { declaration: user, by: 'User' };
    let policies: PolicySchema | undefined;
    return { ...view, policies: () => (policies ??= buildPolicySchema(view, sources.map(withCurrentTree))) };
}

function fileView(source: SchemaSource): SchemaFileView {
    return {
        file: source.file,
        content: source.content,
        hasSyntaxErrors: source.syntaxErrors.length > 0,
        imports: source.imports,
    };
}
