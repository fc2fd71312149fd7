import assert from 'node:assert/strict';
import { CRASH_LIMIT, createCrashBudget } from '../../../src/extension/crash-budget.ts';

describe('crash budget', () => {
    it('ends after the permitted number of crashes in a short time', () => {
        const budget = createCrashBudget(() => 0);
        for (let crash = 0; crash < CRASH_LIMIT.restarts; crash++) assert.equal(budget.spend(), true);
        assert.equal(budget.spend(), false);
    });

    it('forgets crashes that are long ago', () => {
        let time = 0;
        const budget = createCrashBudget(() => time);
        for (let crash = 0; crash < CRASH_LIMIT.restarts; crash++) budget.spend();
        time = CRASH_LIMIT.minutes * 60_000;
        assert.equal(budget.spend(), true);
    });

    it('starts anew when the user restarts the server', () => {
        const budget = createCrashBudget(() => 0);
        for (let crash = 0; crash <= CRASH_LIMIT.restarts; crash++) budget.spend();
        budget.reset();
        assert.equal(budget.spend(), true);
    });
});
