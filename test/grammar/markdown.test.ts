import assert from 'node:assert/strict';
import path from 'node:path';
import { tokenize } from './tokenize.ts';
import type { ScopedToken } from './tokenize.ts';

/** A stand-in for VS Code's Markdown grammar: only what an injection needs, its scope and a fenced block of its own. */
const host = { path: path.join(import.meta.dirname, 'fixtures/markdown-host.json'), scopeName: 'text.html.markdown' };

function scopesOf(tokens: ScopedToken[], text: string): string[] {
    const found = tokens.find((token) => token.text.trim() === text);
    assert.ok(found, `no token ${text} in ${tokens.map((token) => token.text).join('|')}`);
    return found.scopes;
}

describe('ZModel in Markdown', () => {
    for (const [opening, closing] of [
        ['```zmodel', '```'],
        ['```zmodel-v3 title="x"', '```'],
        ['~~~~ zmodel', '~~~~'],
        ['  ```zmodel', '  ```'],
    ] as const) {
        it(`colours a block after ${opening}`, async () => {
            const tokens = await tokenize(`before\n${opening}\nmodel A {\n}\n${closing}\nmodel B {`, host.scopeName, [
                host,
            ]);
            const inside = scopesOf(tokens, 'A');
            assert.ok(inside.includes('meta.embedded.block.zmodel'), inside.join(' '));
            assert.ok(inside.includes('entity.name.type.model.zmodel'), inside.join(' '));
            assert.deepEqual(scopesOf(tokens, 'before'), ['text.html.markdown']);
            assert.deepEqual(scopesOf(tokens, 'model B {'), ['text.html.markdown']);
            assert.ok(!scopesOf(tokens, closing.trim()).includes('meta.embedded.block.zmodel'));
        });
    }

    it('ends at the fence although the code leaves a comment and a bracket open', async () => {
        const tokens = await tokenize('```zmodel\nmodel A { /* open\n```\nafter', host.scopeName, [host]);
        assert.deepEqual(scopesOf(tokens, 'after'), ['text.html.markdown']);
    });

    it('leaves other languages alone', async () => {
        const tokens = await tokenize('```zmodels\nmodel A {\n```\n', host.scopeName, [host]);
        assert.deepEqual(scopesOf(tokens, 'model A {'), ['text.html.markdown']);
    });
});
