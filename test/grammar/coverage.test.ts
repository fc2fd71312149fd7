import assert from 'node:assert/strict';
import { AstUtils, GrammarAST } from 'langium';
import { isScoped, lex, parse, readFixture, realGrammar, realReflection, tokenize, validFixtures } from './tokenize.ts';

describe('what the fixtures cover', () => {
    for (const name of validFixtures) {
        it(`${name} is accepted by ZenStack's parser`, async () => {
            const { parseResult } = parse(await readFixture(name), name);
            const problems = [...parseResult.lexerErrors, ...parseResult.parserErrors].map(({ message }) => message);
            assert.deepEqual(problems, []);
        });

        it(`${name}: every token has a scope of its own`, async () => {
            const text = await readFixture(name);
            const scoped = await tokenize(text);
            const bare = lex(text).filter(({ line, start }) => {
                const token = scoped.find((one) => one.line === line && one.start <= start && start < one.end);
                return token === undefined || !isScoped(token);
            });
            assert.deepEqual(bare, []);
        });
    }

    it('every kind of node occurs', async () => {
        const used = new Set<string>();
        for (const name of validFixtures) {
            const root = parse(await readFixture(name), name).parseResult.value;
            for (const node of AstUtils.streamAst(root)) {
                used.add(node.$type);
            }
        }
        const concrete = realReflection
            .getAllTypes()
            .filter((type) => realReflection.getAllSubTypes(type).every((sub) => sub === type));
        assert.ok(concrete.length > 40, 'the reflection was read');
        assert.deepEqual(
            concrete.filter((type) => !used.has(type)),
            [],
        );
    });

    it('every keyword occurs as a keyword', async () => {
        const keywords = new Set<string>();
        for (const node of AstUtils.streamAllContents(realGrammar)) {
            if (GrammarAST.isKeyword(node)) {
                keywords.add(node.value);
            }
        }
        assert.ok(keywords.size > 50, 'the grammar was read');
        for (const name of validFixtures) {
            for (const { kind } of lex(await readFixture(name))) {
                keywords.delete(kind);
            }
        }
        assert.deepEqual([...keywords], []);
    });
});
