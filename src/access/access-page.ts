import type { Finding } from '../model/finding.ts';
import type { Counterexample, Operation, PolicyModel, PolicyRule } from '../model/policy.ts';
import type { SchemaView } from '../model/schema-view.ts';
import { explainRule } from '../rules/explain-rule.ts';
import { counterexampleTable, escapeMarkdown } from '../rules/print-counterexample.ts';
import { accessOf, summarizeAccess } from './access-of.ts';
import type { OperationAccess, Reach } from './access-of.ts';

/** A rule with what it says. */
export interface ToldRule {
    /** As it is written, on one line. */
    text: string;
    /** Absolute path, and line from one on. */
    file: string;
    line: number;
    /** What it grants to whom. */
    says: string;
}

/** Who may access the rows of a model, and why. Plain data. */
export interface AccessReport {
    model: string;
    /** In a line. */
    summary: string;
    operations: {
        operation: Operation;
        who: string[];
        anonymous: Reach;
        signedIn: Reach;
        counterexample?: Counterexample;
        rules: ToldRule[];
    }[];
    /** Rules about what updates leave behind, and those of fields. */
    others: ToldRule[];
}

/**
 * Reports who may access the rows of a model.
 * In: the schema, the model's name, the operation that is asked for (default: all). Out: undefined when there is no such model.
 */
export function reportAccess(view: SchemaView, name: string, only?: Operation): AccessReport | undefined {
    const schema = view.policies();
    const model = schema.models.get(name);
    if (!model) return undefined;
    const told = new Map<PolicyRule, ToldRule>();
    const tell = (rule: PolicyRule): ToldRule => {
        const known = told.get(rule) ?? tellRule(view, model, rule);
        told.set(rule, known);
        return known;
    };
    const access = accessOf(schema, model).filter(({ operation }) => only === undefined || operation === only);
    const after = model.rules.filter(({ operations }) => operations.every((each) => each === 'post-update'));
    const ofFields = [...model.fields.values()].flatMap(({ rules }) => rules);
    return {
        model: name,
        summary: summarizeAccess(access),
        operations: access.map(({ rules, ...rest }) => ({ ...rest, rules: rules.map(tell) })),
        others: only === undefined || only === 'update' ? [...after, ...ofFields].map(tell) : [],
    };
}

function tellRule(view: SchemaView, model: PolicyModel, rule: PolicyRule): ToldRule {
    const content = view.files.find(({ file }) => file === rule.file)?.content ?? '';
    return {
        text: content.slice(rule.span.start, rule.span.end).replaceAll(/\s+/g, ' '),
        file: rule.file,
        line: content.slice(0, rule.span.start).split(/\r\n|\r|\n/).length,
        says: explainRule({ schema: view.policies(), model, rule, content }).join(' '),
    };
}

const REACH: Readonly<Record<Reach, string>> = {
    all: 'reach every row',
    some: 'reach some rows',
    none: 'reach nothing',
    unknown: "may reach something or not: that can't be told",
};

/** In: a report; the schema's findings; how a place is written. Out: the page, as Markdown. */
export function accessPage(
    report: AccessReport,
    findings: readonly Finding[],
    link: (file: string, line: number) => string,
): string {
    const lines = [`# Who can access ${report.model}`, '', escapeMarkdown(report.summary), ''];
    for (const access of inReadingOrder(report.operations)) {
        lines.push(`## ${access.operation}: ${escapeMarkdown(access.who.join(', '))}`, '');
        if (access.rules.length === 0) lines.push('No rule allows it.', '');
        for (const rule of access.rules) lines.push(...ruleLines(rule, link));
        lines.push(`Anonymous requests ${REACH[access.anonymous]}.`, '');
        if (access.counterexample) lines.push(...counterexampleTable(access.counterexample));
    }
    if (report.others.length > 0) {
        lines.push('## After updates, and on fields', '');
        for (const rule of report.others) lines.push(...ruleLines(rule, link));
    }
    if (findings.length > 0) {
        lines.push('## Findings', '');
        for (const { code, message } of findings) lines.push(`- \`${code}\`: ${escapeMarkdown(message)}`);
        lines.push('');
    }
    lines.push(
        'Found by a search through small worlds: “some rows” is certain, “every row” and “nothing” hold as far as the rules can be evaluated.',
        '',
    );
    return lines.join('\n');
}

function ruleLines({ text, file, line, says }: ToldRule, link: (file: string, line: number) => string): string[] {
    const fence = text.includes('`') ? '``' : '`';
    return [`- ${fence} ${text} ${fence} (${link(file, line)})  \n  ${escapeMarkdown(says)}`, ''];
}

const READING_ORDER: readonly Operation[] = ['read', 'create', 'update', 'delete'];

/** What is asked first comes first. */
export function inReadingOrder<T extends Pick<OperationAccess, 'operation'>>(all: readonly T[]): T[] {
    return READING_ORDER.flatMap((operation) => all.filter((each) => each.operation === operation));
}
