import type { Finding } from '../model/finding.ts';
import type { PolicySchema } from '../model/policy.ts';
import type { DeclarationView, SchemaView } from '../model/schema-view.ts';

/** True while declarations may be missing from the view: hidden by a syntax error, or behind an import that leads nowhere. */
function isIncomplete(view: SchemaView): boolean {
    return view.files.some(
        (file) => file.hasSyntaxErrors || file.imports.some(({ resolved }) => resolved === undefined),
    );
}

function isWhole(view: SchemaView, declaration: DeclarationView, seen = new Set<string>()): boolean {
    if (!declaration.intact) return false;
    if (seen.has(declaration.name)) return true;
    seen.add(declaration.name);
    return declaration.bases.every((name) => {
        const base = view.declarations.find((candidate) => candidate.name === name);
        return base !== undefined && isWhole(view, base, seen);
    });
}

/**
 * A view for checks: without the declaration behind `auth()` while that isn't certain. It isn't when it is
 * in pieces, or when a `User` stands in for an `@@auth` that may only be hidden at the moment.
 */
export function certainView(view: SchemaView): SchemaView {
    const { auth, ...rest } = view;
    if (!auth || !isIncomplete(view)) return view;
    if (auth.by === '@@auth' && isWhole(view, auth.declaration)) return view;
    let policies: PolicySchema | undefined;
    return { ...rest, policies: () => (policies ??= withoutAuth(view.policies())) };
}

function withoutAuth(schema: PolicySchema): PolicySchema {
    const rest = { ...schema };
    delete rest.auth;
    return rest;
}

/** False for a finding at a place that a syntax error may have given another meaning. */
export function isCertainPlace(view: SchemaView, finding: Finding): boolean {
    const file = view.files.find((candidate) => candidate.file === finding.file);
    if (!file?.hasSyntaxErrors) return true;
    return view.declarations.some(
        ({ intact, file: holder, span }) =>
            intact && holder === finding.file && span.start <= finding.span.start && finding.span.end <= span.end,
    );
}
