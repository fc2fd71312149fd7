import type { FunctionDeclaration, ParameterView } from '../../model/library-view.ts';
import type { FieldType } from '../../model/schema-view.ts';
import type { Candidate } from './candidate.ts';
import { ranked, zmodel } from './candidate.ts';
import { authMember } from './auth-members.ts';
import { mayCallBefore } from './expression-place.ts';
import type { ExpressionPlace } from './expression-place.ts';
import type { Frame } from './nesting.ts';
import { fieldCandidate, isScalar, isToOne, memberRank, ruleRank } from './rank.ts';
import { fieldsInScope } from './scope.ts';

/** Functions that tell something about the rule itself, or follow other rules: meaningless for an element of a list. */
const OF_THE_RULE = new Set(['check', 'before', 'currentModel', 'currentOperation']);

/** The operations that `check()` takes, as upstream's validator has them. */
const CHECKED = ['read', 'create', 'update', 'delete'];

/** The functions that may be called at a place. */
export function legalFunctions(place: ExpressionPlace): FunctionDeclaration[] {
    const { scope, context } = place;
    return scope.library.functions.filter(({ name, contexts, parameters }) => {
        if (name === 'auth' || !contexts.includes(context)) return false;
        if (name !== 'check' && !hasArgument(place, parameters[0])) return false;
        if (scope.element && OF_THE_RULE.has(name)) return false;
        if (name === 'before') return mayCallBefore(place);
        return name !== 'check' || scope.holder.fields.some(isToOne);
    });
}

/** Whether anything in scope may be what a function is about: its first argument, when it must have one. */
function hasArgument({ scope, context }: ExpressionPlace, first: ParameterView | undefined): boolean {
    if (!first || first.optional || context === 'DefaultValue') return true;
    return fieldsInScope(scope).some((field) => isScalar(field) && fits(first, field.type));
}

/** A function to complete. */
export function functionCandidate(declaration: FunctionDeclaration, { input, start }: ExpressionPlace): Candidate {
    const { name, parameters, documentation, signature } = declaration;
    const needsArguments = parameters.some(({ optional }) => !optional);
    const isCalled = /^\w*\(/.test(input.text.slice(start));
    return {
        label: `${name}()`,
        kind: 'function',
        detail: signature.replace(/^function /, ''),
        documentation: [zmodel(signature), documentation].filter((part) => part !== '').join('\n\n'),
        insert: isCalled ? name : needsArguments ? `${name}($0)` : `${name}()`,
        ...(needsArguments && !isCalled && { isSnippet: true, again: true }),
        filter: name,
    };
}

/** The functions that give a value of a type (`Any` fits each), with their likelihood within rules. */
export function functionCandidates(place: ExpressionPlace, returns: string): { rank: number; candidate: Candidate }[] {
    const before = legalFunctions(place).filter(({ name }) => name === 'before' && returns === 'Boolean');
    const fitting = legalFunctions(place).filter(
        (declaration) => declaration.name !== 'before' && declaration.returns === returns,
    );
    return [...fitting, ...before].map((declaration) => ({
        // A relation's rules are followed often; what the row was is what most rules about updates compare with.
        rank: declaration.name === 'check' ? 4 : declaration.name === 'before' ? 5 : place.scope.element ? 40 : 15,
        candidate: functionCandidate(declaration, place),
    }));
}

/** What may be passed to a function; undefined when the bracket is none of a call. */
export function argumentsOf(place: ExpressionPlace, frame: Frame): Candidate[] | undefined {
    const callee = frame.before.at(-1);
    if (frame.role !== 'call' || callee?.kind !== 'word') return undefined;
    const declaration = place.scope.library.functions.find(({ name }) => name === callee.text);
    const parameter = declaration?.parameters[frame.parts.length];
    if (!declaration || !parameter) return [];
    if (declaration.name === 'check') {
        if (frame.parts.length > 0)
            return checkedOperations(place.operations).map((value) => quoted(value, 'operation'));
        return ranked(
            place.scope.holder.fields.filter(isToOne).map((field) => ({ rank: 0, candidate: fieldCandidate(field) })),
        );
    }
    const values = allowedValues(declaration, parameter);
    if (values.length > 0) return values.map((value) => quoted(value, parameter.name));
    return fittingValues(place, parameter, frame);
}

/** The operations that `check()` may be asked for; those of the rule itself come first. */
export function checkedOperations(operations: readonly string[]): string[] {
    return [...CHECKED].sort((a, b) => Number(operations.includes(b)) - Number(operations.includes(a)));
}

/** Values that a parameter's documentation lists: `Valid values are "original", …`. */
export function allowedValues({ documentation }: FunctionDeclaration, { type }: ParameterView): string[] {
    const list = type === 'String' ? /valid\s+values\s+are\s+([^.]*)/i.exec(documentation)?.[1] : undefined;
    return [...(list ?? '').matchAll(/"([\w-]+)"/g)].map(([, value]) => value ?? '');
}

function quoted(value: string, detail: string): Candidate {
    return { label: `'${value}'`, kind: 'value', detail, insert: `'${value}'`, filter: `'${value}' ${value}` };
}

function fits(parameter: ParameterView, type: FieldType): boolean {
    if (parameter.array !== type.array) return false;
    return parameter.type === 'Any' || parameter.type === type.name;
}

function fittingValues(place: ExpressionPlace, parameter: ParameterView, frame: Frame): Candidate[] {
    const { scope, input, context } = place;
    const isFirst = frame.parts.length === 0;
    const auth = context === 'AccessPolicy' && !parameter.array ? scope.view.auth?.declaration : undefined;
    const fields = fieldsInScope(scope).filter((field) => isScalar(field) && fits(parameter, field.type));
    return ranked([
        ...fields.map((field) => ({ rank: isFirst ? ruleRank(field) : 20, candidate: fieldCandidate(field) })),
        // A missing value would be found in every text: only what is searched in may come from `auth()`.
        ...(auth && isFirst
            ? auth.fields
                  .filter((field) => isScalar(field) && fits(parameter, field.type))
                  .map((field) => {
                      const candidate = authMember(field, input);
                      return {
                          rank: 30 + memberRank(field, auth),
                          candidate: { ...candidate, label: `auth().${field.name}`, insert: `auth().${field.name}` },
                      };
                  })
            : []),
        ...(parameter.type === 'Boolean'
            ? ['true', 'false'].map((text) => ({
                  rank: 0,
                  candidate: { label: text, kind: 'value' as const, insert: text, detail: parameter.name },
              }))
            : []),
        ...(parameter.type === 'String' && !isFirst
            ? [
                  {
                      rank: 0,
                      candidate: {
                          label: "'…'",
                          kind: 'value' as const,
                          insert: "'$0'",
                          isSnippet: true,
                          filter: "'",
                          detail: parameter.name,
                      },
                  },
              ]
            : []),
        ...(parameter.array && !isFirst
            ? [
                  {
                      rank: 0,
                      candidate: {
                          label: '[…]',
                          kind: 'value' as const,
                          insert: '[$0]',
                          isSnippet: true,
                          filter: '[',
                          detail: parameter.name,
                      },
                  },
              ]
            : []),
    ]);
}
