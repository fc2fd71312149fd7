import { isModelFor } from '../insert/match.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { Finding } from '../model/finding.ts';
import type { Expr, PolicySchema } from '../model/policy.ts';
import { isTenantRoleName } from '../model/role-names.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { visitExpr } from '../rules/expressions.ts';
import type { Path, Predicate } from '../rules/expressions.ts';
import { fieldAt } from '../rules/static-types.ts';
import type { Check } from './check.ts';
import { editRule } from './rule-edits.ts';
import { contentOf } from './rule-text.ts';
import { writtenRules } from './written-rules.ts';
import type { WrittenRule } from './written-rules.ts';

/** Roles that a value may be. */
interface RoleSet {
    roles: readonly string[];
    /** What defines them, for a message. */
    source: string;
}

type StringLiteral = Expr & { kind: 'literal'; value: string };

/**
 * A rule compares a role with a text that the Better Auth configuration defines no role for, or writes with other
 * capitals. Silent where roles can be made at run time, and where several configurations disagree.
 */
export const ruleRoleUnknown: Check = ({ view, configs = [] }): Finding[] => {
    const served = configs.filter(({ purpose }) => purpose !== 'test');
    if (served.length === 0) return [];
    const schema = view.policies();
    return writtenRules(view).flatMap((written) => {
        const findings: Finding[] = [];
        visitExpr(written.rule.condition, (expr, predicates) => {
            for (const { path, literal } of comparedWith(expr)) {
                const set = agreed(served.map((config) => rolesOf(view, schema, written, path, predicates, config)));
                if (set) findings.push(...judge(view, written, literal, set, expr));
            }
        });
        return findings;
    });
};

/** The paths that an expression compares with texts. */
function comparedWith(expr: Expr): { path: Path; literal: StringLiteral }[] {
    if (expr.kind !== 'compare') return [];
    const { left, right, operator } = expr;
    if (operator === 'in') {
        if (left.kind !== 'path' || right.kind !== 'array') return [];
        return right.items.filter(isText).map((literal) => ({ path: left, literal }));
    }
    if (operator !== '==' && operator !== '!=') return [];
    if (left.kind === 'path' && isText(right)) return [{ path: left, literal: right }];
    return right.kind === 'path' && isText(left) ? [{ path: right, literal: left }] : [];
}

function isText(expr: Expr): expr is StringLiteral {
    return expr.kind === 'literal' && typeof expr.value === 'string';
}

/** What all configurations say; undefined when one says nothing or something else. */
function agreed([first, ...others]: readonly (RoleSet | undefined)[]): RoleSet | undefined {
    if (!first) return undefined;
    const key = ({ roles }: RoleSet): string => [...roles].sort().join();
    return others.every((other) => other && key(other) === key(first)) ? first : undefined;
}

/** The roles that the value of a path may be by a configuration; undefined when that can't be told. */
function rolesOf(
    view: SchemaView,
    schema: PolicySchema,
    { model }: WrittenRule,
    path: Path,
    predicates: readonly Predicate[],
    config: AuthConfig,
): RoleSet | undefined {
    const field = fieldAt(schema, model, path, predicates);
    if (field?.type.kind !== 'builtin' || field.type.name !== 'String' || field.type.array) return undefined;
    const { organizationRoles, organizationRolesOpen, adminRoles } = config;
    const organization =
        organizationRoles && organizationRolesOpen !== true
            ? { roles: organizationRoles, source: 'the organization plugin' }
            : undefined;
    const isOfAuth = path.root.kind === 'auth' && path.members.length === 1;
    if (isOfAuth && isTenantRoleName(field.name)) return organization;
    if (isRoleOf(view, config, field.declaredIn, field.name, 'member')) return organization;
    const isUser = isRoleOf(view, config, field.declaredIn, field.name, 'user');
    if (!isUser && !(isOfAuth && field.name === 'role')) return undefined;
    if (!adminRoles) return undefined;
    const admin = { roles: adminRoles, source: 'the admin plugin' };
    if (isUser || !config.plugins.some(({ name }) => name === 'organization')) return admin;
    // What is passed as the role of a user may be the one in the active organization.
    if (!organization) return undefined;
    return {
        roles: [...new Set([...adminRoles, ...organization.roles])],
        source: 'the admin and the organization plugin',
    };
}

/** Whether a field is the column for the role in a table of Better Auth. */
function isRoleOf(view: SchemaView, { tables }: AuthConfig, holder: string, name: string, key: string): boolean {
    const table = tables.find((candidate) => candidate.key === key);
    const role = table?.fields.find((field) => field.key === 'role');
    if (!table || role?.name !== name) return false;
    return view.declarations.some(
        (declaration) => declaration.kind === 'model' && declaration.name === holder && isModelFor(declaration, table),
    );
}

function judge(
    view: SchemaView,
    { rule }: WrittenRule,
    literal: StringLiteral,
    { roles, source }: RoleSet,
    expr: Expr,
): Finding[] {
    // A member may hold several roles, which Better Auth writes with commas between.
    const parts = literal.value.split(',').map((part) => part.trim());
    const unknown = parts.filter((part) => !roles.includes(part));
    if (unknown.length === 0 || literal.value.trim() === '') return [];
    const spelling = (part: string): string | undefined => {
        const found = roles.filter((role) => role.toLowerCase() === part.toLowerCase());
        return found.length === 1 ? found[0] : undefined;
    };
    const meant = parts.map((part) => (roles.includes(part) ? part : spelling(part)));
    const isMeant = meant.every((part) => part !== undefined);
    const content = contentOf(view, rule.file);
    const quote = content.charAt(literal.span.start);
    const text = `${quote}${meant.join(',')}${quote}`;
    const fix = isMeant ? editRule(view, rule, `Write ${text}`, [{ ...literal.span, text }]) : undefined;
    const one = unknown.length === 1;
    const several = source.includes(' and ');
    const names = unknown.map((part) => `"${part}"`).join(' and ');
    const effect = expr.kind === 'compare' && expr.operator === '!=' ? 'always true' : 'never true';
    return [
        {
            code: 'rule-role-unknown',
            severity: 'warning',
            file: rule.file,
            span: literal.span,
            message: isMeant
                ? `${capitalize(source)} ${several ? 'write' : 'writes'} ${one ? 'this role' : 'these roles'} ${meant.map((part) => `"${part}"`).join(' and ')}, not ${names}; comparing with ${one ? 'it' : 'them'} is ${effect}.`
                : `${capitalize(source)} ${several ? 'define' : 'defines'} no role ${names}, only ${roles.join(', ')}; comparing with ${one ? 'it' : 'them'} is ${effect}.`,
            related: [],
            fixes: fix ? [fix] : [],
        },
    ];
}

function capitalize(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
