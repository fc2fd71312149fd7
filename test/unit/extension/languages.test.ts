import assert from 'node:assert/strict';
import { isZModelLanguage, wantsBaseFeatures } from '../../../src/extension/languages.ts';

describe('base language features', () => {
    it('are left to the official extension by default, and follow the setting otherwise', () => {
        assert.equal(wantsBaseFeatures('auto', true), false);
        assert.equal(wantsBaseFeatures('auto', false), true);
        assert.equal(wantsBaseFeatures('always', true), true);
        assert.equal(wantsBaseFeatures('never', false), false);
    });
});

describe('language ids', () => {
    it('are those of both ZenStack extensions', () => {
        assert.ok(isZModelLanguage('zmodel-v3'));
        assert.ok(isZModelLanguage('zmodel'));
        assert.ok(!isZModelLanguage('prisma'));
    });
});
