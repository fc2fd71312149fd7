import { isImplemented } from '../implemented.ts';
import { anonymousCases } from './cases/anonymous.ts';
import { comparisonCases } from './cases/comparisons.ts';
import { defaultCases } from './cases/defaults.ts';
import { delegateCases } from './cases/delegates.ts';
import { denyCases } from './cases/denies.ts';
import { escapeCases } from './cases/escapes.ts';
import { listCases } from './cases/lists.ts';
import { negativeCases } from './cases/negatives.ts';
import { neverCases } from './cases/never.ts';
import { roleCases } from './cases/roles.ts';
import { tenantCases } from './cases/tenants.ts';
import type { FactCase } from './fact-case.ts';
import { proveFinding, proveNear, proveNearOnEngine, proveOnEngine } from './prove-case.ts';

const groups: Record<string, readonly FactCase[]> = {
    'tenant rules': tenantCases,
    'rows that change hands': escapeCases,
    'null compared': comparisonCases,
    'negative grants': negativeCases,
    'denies that fail open': denyCases,
    'lists, predicates and texts': listCases,
    roles: roleCases,
    anonymous: anonymousCases,
    defaults: defaultCases,
    'models that extend others': delegateCases,
    'nothing gets through': neverCases,
};

for (const [group, cases] of Object.entries(groups)) {
    describe(`facts about rules: ${group}`, () => {
        for (const subject of cases) {
            const codes = typeof subject.code === 'string' ? [subject.code] : subject.code;
            it(`${codes.join(' or ')}: ${subject.name}: the ORM`, () => proveOnEngine(subject));
            for (const near of subject.near) {
                it(`${codes.join(' or ')}: ${subject.name}: the ORM, not when ${near.why}`, () =>
                    proveNearOnEngine(subject, near));
            }
            if (!codes.every(isImplemented)) continue;
            it(`${codes.join(' or ')}: ${subject.name}`, () => proveFinding(subject));
            for (const near of subject.near) {
                it(`${codes.join(' or ')}: ${subject.name}: not when ${near.why}`, () => {
                    proveNear(subject, near);
                });
            }
        }
    });
}
