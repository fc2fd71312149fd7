import assert from 'node:assert/strict';
import { findScripts, realPathOf, scriptPath, scriptText } from '../../../src/context/script-blocks.ts';

function scripts(text: string): string[] {
    return findScripts(text).blocks.map(({ start, end }) => text.slice(start, end));
}

describe('scripts of components', () => {
    const cases: [string, string, string[]][] = [
        ['one', '<script>a</script>', ['a']],
        ['two, in any case', '<SCRIPT lang="ts">a</SCRIPT >\n<script setup>b</script>', ['a', 'b']],
        [
            'attributes with quotes and generics',
            '<script setup generic="T extends Record<string, 1>">a</script>',
            ['a'],
        ],
        [
            'comparisons in a script',
            '<script>if (a < b && c > d) e("</b>")</script>',
            ['if (a < b && c > d) e("</b>")'],
        ],
        ['not in comments', '<!-- <script>a</script> --><script>b</script>', ['b']],
        ['not in a template', '<template><script>a</script></template><script>b</script>', ['b']],
        ['after nested templates', '<template><template #x>1</template></template><script>b</script>', ['b']],
        ['not in a style', '<style>a::after { content: "<script>" }</style><script>b</script>', ['b']],
        ['not from elsewhere', '<script src="./a.ts"></script><script>b</script>', ['b']],
        ['without an end', '<template></template><script>a', ['a']],
        ['an unclosed comment', '<!-- <script>a</script>', []],
        ['markup that is no tag', '{#if a < b}<p>{"<"}</p>{/if} < script>a', []],
        ['a broken tag', '<script lang="ts', []],
        ['nothing', '', []],
    ];
    for (const [name, text, expected] of cases) {
        it(name, () => {
            assert.deepEqual(scripts(text), expected);
        });
    }

    it('keep their places, lines and line ends', () => {
        const text =
            '<template>é 😀</template>\r\n<script>\r\nconst a = 1\r\n</script>\n<script setup>(b)</script>\r\n<b/>';
        const result = scriptText(text);
        assert.equal(result.length, text.length);
        for (const part of ['const a = 1', '(b)']) assert.equal(result.indexOf(part), text.indexOf(part));
        assert.deepEqual(result.match(/\r\n|\n/g), text.match(/\r\n|\n/g));
        assert.equal(result.replace(/\s/g, ''), 'consta=1;(b)');
    });

    it('have a path that tells their language and leads back', () => {
        const languages: [string, string][] = [
            ['<script lang="ts">', 'ts'],
            ["<script setup lang='tsx'>", 'tsx'],
            ['<script>', 'js'],
            ['', 'js'],
        ];
        for (const [text, language] of languages) {
            const path = scriptPath('/a/B.vue', text);
            assert.equal(path, `/a/B.vue.script.${language}`);
            assert.equal(realPathOf(path), '/a/B.vue');
        }
        assert.equal(realPathOf('/a/b.script.ts'), '/a/b.script.ts');
    });
});
