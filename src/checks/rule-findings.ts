import { CODES } from '../model/finding.ts';
import type { Code, Finding, Severity } from '../model/finding.ts';
import type { Counterexample, PolicyRule } from '../model/policy.ts';
import type { Span } from '../model/text.ts';

type Fix = Finding['fixes'][number];

/** A finding about a rule. */
export interface RuleFindingParts {
    code: Code;
    severity?: Severity;
    rule: Pick<PolicyRule, 'file'>;
    /** The narrowest place. */
    span: Span;
    message: string;
    counterexample?: Counterexample;
    related?: Finding['related'];
    fixes?: (Fix | undefined)[];
}

/** Makes a finding at a place in a rule; the sentence of the counterexample ends its message. */
export function ruleFinding(parts: RuleFindingParts): Finding {
    const { code, rule, span, counterexample } = parts;
    const level = CODES[code];
    const fixes = (parts.fixes ?? []).filter((fix) => fix !== undefined);
    return {
        code,
        severity: parts.severity ?? (level === 'off' ? 'information' : level),
        file: rule.file,
        span,
        message: counterexample ? `${parts.message} ${counterexample.sentence}` : parts.message,
        ...(counterexample && { counterexample }),
        related: parts.related ?? [],
        fixes: fixes.map((fix, index) => ({ ...fix, preferred: fix.preferred && index === 0 })),
    };
}

/** One finding per place: a rule that several models inherit is reported once, for the first of them. */
export function oncePerPlace(findings: readonly Finding[]): Finding[] {
    const seen = new Set<string>();
    return findings.filter(({ code, file, span }) => {
        const key = `${code} ${file} ${span.start} ${span.end}`;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
    });
}
