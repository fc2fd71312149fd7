import assert from 'node:assert/strict';
import { countLines, segmentsFrom } from '../../../src/zmodel/incremental/segments.ts';

function cut(text: string): string[] {
    return Array.from(segmentsFrom(text, 0, false), ({ start, end }) => text.slice(start, end));
}

/** Texts that are whole declarations each, as the grammar sees them. */
const CASES: { title: string; parts: string[] }[] = [
    { title: 'nothing', parts: [''] },
    { title: 'a comment only', parts: ['// nothing yet\n'] },
    { title: 'declarations on lines of their own', parts: ['enum A { X }\n', '\nmodel B {\n  id Int @id\n}\n'] },
    { title: 'what stands before the first', parts: ['\uFEFF// head\n\nenum A { X }\n', 'enum B { Y }'] },
    { title: 'two on one line', parts: ['enum A { X } enum B { Y }\n', 'enum C { Z }\n'] },
    { title: 'a comment behind a brace', parts: ['enum A { X } // said of A\n', 'enum B { Y }\n'] },
    { title: 'a comment over lines behind a brace', parts: ['enum A { X } /* said\nof A */\n', 'enum B { Y }\n'] },
    { title: 'a comment before a brace opens', parts: ['enum A { X } /* a */ /* b\n */ enum B { Y }\n'] },
    { title: 'a doc comment behind a brace, which is of the next', parts: ['enum A { X } /// of B\nenum B { Y }\n'] },
    { title: 'doc comments', parts: ['/// of A\nenum A { X }\n', '/// of B\n/// too\nenum B { Y }\n'] },
    { title: 'doc comments after what has no braces', parts: ["import './a'\n", '/// of B\nenum B { Y }\n'] },
    {
        title: 'an attribute with a parameter that is called as a keyword is',
        parts: ['attribute @a(\n  model: String,\n  type: Int\n)\n', 'enum B { Y }\n'],
    },
    {
        title: 'an import after a declaration, which is a mistake',
        parts: ["enum A { X }\nimport './a'\n", 'enum B { Y }'],
    },
    { title: 'imports', parts: ["import './a'\n", "import './b'\n", 'enum B { Y }'] },
    { title: 'an open brace', parts: ['model A {\n  id Int @id\n', '\nmodel B {\n  id Int @id\n}\n'] },
    {
        title: 'braces in strings and comments',
        parts: ["model A { // }\n  a String @default('}')\n}\n", 'enum B { Y }'],
    },
    { title: 'carriage returns', parts: ['enum A { X }\r\n', 'enum B { Y }\r', 'enum C { Z }\n'] },
];

describe('the segments of a file', () => {
    for (const { title, parts } of CASES) {
        it(`${title}: each is parsed alone`, () => {
            assert.deepEqual(cut(parts.join('')), parts);
        });
    }

    it('begin anywhere between declarations as they do from the start', () => {
        for (const { parts } of CASES) {
            const text = parts.join('');
            let offset = 0;
            let after = false;
            for (const segment of segmentsFrom(text, 0, false)) {
                const [first] = segmentsFrom(text, offset, after);
                assert.deepEqual(first, segment);
                offset = segment.end;
                after = segment.afterDeclaration;
            }
        }
    });

    it('count lines as editors do', () => {
        assert.equal(countLines('a\nb\r\nc\rd'), 3);
        assert.equal(countLines('\r\n\r\n'), 2);
    });
});
