import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { COMMANDS } from '../../../src/extension/commands/ids.ts';
import { LANGUAGE_IDS } from '../../../src/extension/languages.ts';
import { CODES } from '../../../src/model/finding.ts';
import { DEFAULT_SETTINGS, parseSettings } from '../../../src/shared/settings.ts';

const root = path.join(import.meta.dirname, '../../..');
const { contributes } = manifest;
const properties = contributes.configuration.properties;

/** Only the client, or VS Code itself, reads these. */
const CLIENT_ONLY = ['zmodelAuth.trace.server'];

/** In: settings as the server has them. Out: their values by VS Code key; an empty object is a value. */
function flatten(value: unknown, key: string): [string, unknown][] {
    const entries =
        typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
    return entries === undefined || entries.length === 0
        ? [[key, value]]
        : entries.flatMap(([name, member]) => flatten(member, `${key}.${name}`));
}

/**
 * In: a Markdown file, and the first cell of a table's header.
 * Out: the table's rows, without its header, cells trimmed of backticks around the whole.
 */
function readTable(file: string, firstCell: string): string[][] {
    const tables = readFileSync(path.join(root, file), 'utf8').match(/(?:^\|.*\n)+/gm) ?? [];
    const rows = tables.map((table) =>
        table
            .trim()
            .split('\n')
            .map((line) =>
                line
                    .split(/(?<!\\)\|/)
                    .slice(1, -1)
                    .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
            ),
    );
    const found = rows.find(([header]) => header?.[0] === firstCell);
    assert.ok(found, `${file} has no table that begins with "${firstCell}"`);
    return found.slice(2);
}

function sorted(values: Iterable<string>): string[] {
    return [...values].sort();
}

describe('package.json', () => {
    it('contributes every setting, with the default that the code has', () => {
        const expected = Object.fromEntries(flatten(DEFAULT_SETTINGS, 'zmodelAuth'));
        const actual = Object.fromEntries(
            Object.entries(properties)
                .filter(([key]) => !CLIENT_ONLY.includes(key))
                .map(([key, property]): [string, unknown] => [key, property.default]),
        );
        assert.deepEqual(actual, expected);
    });

    it('offers only values that the code accepts', () => {
        for (const languageFeatures of properties['zmodelAuth.languageFeatures'].enum) {
            assert.equal(parseSettings({ languageFeatures }).languageFeatures, languageFeatures);
        }
        for (const [code, { enum: levels }] of Object.entries(
            properties['zmodelAuth.diagnostics.severity'].properties,
        )) {
            for (const level of levels) {
                const diagnostics = { severity: { [code]: level } };
                assert.deepEqual(parseSettings({ diagnostics }).diagnostics, diagnostics);
            }
        }
    });

    it('lists every diagnostic code with its default severity', () => {
        const actual = Object.entries(properties['zmodelAuth.diagnostics.severity'].properties).map(
            ([code, property]): [string, string] => [code, property.default],
        );
        assert.deepEqual(Object.fromEntries(actual), CODES);
    });

    it('contributes exactly the commands that are registered', () => {
        assert.deepEqual(
            Object.fromEntries(contributes.commands.map(({ command, title }) => [command, title])),
            COMMANDS,
        );
        for (const { category, command } of contributes.commands) assert.equal(category, 'ZModel Auth', command);
    });

    it('has every command in the palette, and only known ones in menus', () => {
        assert.deepEqual(
            sorted(contributes.menus.commandPalette.map(({ command }) => command)),
            sorted(Object.keys(COMMANDS)),
        );
        for (const { command } of Object.values(contributes.menus).flat()) assert.ok(command in COMMANDS, command);
    });

    it('contributes the language that the client attaches to, and refers to files that exist', () => {
        const [language] = contributes.languages;
        assert.ok(language);
        assert.equal(language.id, LANGUAGE_IDS[0]);
        const files = [
            language.configuration,
            ...contributes.grammars.map((grammar) => grammar.path),
            ...contributes.snippets.map((snippets) => snippets.path),
        ];
        for (const file of files) assert.ok(existsSync(path.join(root, file)), `${file} is missing`);
    });
});

describe('README.md', () => {
    it('lists the commands', () => {
        assert.deepEqual(
            Object.fromEntries(readTable('README.md', 'Command').map(([title, id]) => [id, title])),
            Object.fromEntries(Object.entries(COMMANDS).map(([id, title]) => [id, `ZModel Auth: ${title}`])),
        );
    });

    it('lists the settings with their defaults', () => {
        assert.deepEqual(
            Object.fromEntries(readTable('README.md', 'Setting').map(([key, value]) => [key, value])),
            Object.fromEntries(
                Object.entries(properties).map(([key, property]) => [key, JSON.stringify(property.default)]),
            ),
        );
    });

    it('lists the diagnostics with their severities', () => {
        assert.deepEqual(
            Object.fromEntries(
                readTable('README.md', 'Code').map(([code = '', , severity]) => [
                    code.replace(/^\[`(.*)`\].*$/, '$1'),
                    severity,
                ]),
            ),
            CODES,
        );
    });
});

describe('CONTRIBUTING.md', () => {
    for (const folder of ['src', 'test']) {
        it(`names every folder of ${folder}/`, () => {
            const folders = readdirSync(path.join(root, folder), { withFileTypes: true })
                .filter((entry) => entry.isDirectory())
                .map(({ name }) => name);
            const named = readTable('CONTRIBUTING.md', `Folder of \`${folder}/\``).map(([name = '']) => name);
            assert.deepEqual(sorted(named), sorted(folders));
        });
    }
});

describe('docs/codes', () => {
    it('has one page for each diagnostic code', () => {
        const pages = readdirSync(path.join(root, 'docs/codes')).filter((name) => name.endsWith('.md'));
        assert.deepEqual(sorted(pages), sorted(Object.keys(CODES).map((code) => `${code}.md`)));
    });
});
