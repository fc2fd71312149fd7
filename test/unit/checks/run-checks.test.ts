import assert from 'node:assert/strict';
import { CHECKS, runChecks } from '../../../src/checks/index.ts';
import { positionAt, rangeOf } from '../../../src/checks/places.ts';
import { CODES } from '../../../src/model/finding.ts';
import type { Code, Finding, Severity } from '../../../src/model/finding.ts';
import { entry, viewOf } from '../insert/support.ts';
import type { Files } from '../insert/support.ts';
import { call, number, object } from './shapes.ts';

const SCHEMA = `type Auth {
    userId String @id
    // above
    level  String
    other  String

    @@auth
}
`;
const CONTEXTS = [call(object({ userId: number, level: number, other: number }))];

function run(files: Files, severities: Partial<Record<Code, Severity | 'off'>> = {}): Finding[] {
    const input = { view: viewOf(files), contexts: CONTEXTS, isMainSchema: true, display: (file: string) => file };
    return runChecks(input, severities);
}

/** Which members are reported. */
function reported(files: Files, severities: Partial<Record<Code, Severity | 'off'>> = {}): string[] {
    return run(files, severities).map(({ message }) => /"(\w+)"/.exec(message)?.[1] ?? message);
}

describe('runChecks', () => {
    it('has a check for every code', () => {
        assert.deepEqual(Object.keys(CHECKS).sort(), Object.keys(CODES).sort());
    });

    it('sorts by file and place', () => {
        assert.deepEqual(reported(SCHEMA), ['userId', 'level', 'other']);
    });

    it('gives each code the severity of the settings', () => {
        assert.deepEqual(
            run(SCHEMA, { 'context-member-type': 'hint', 'context-member-missing': 'off' }).map(
                ({ severity }) => severity,
            ),
            ['hint', 'hint', 'hint'],
        );
        assert.deepEqual(run(SCHEMA, { 'context-member-type': 'off' }), []);
    });

    for (const [name, comment] of [
        ['with a reason', '// zmodel-auth-ignore context-member-type: it is a number in the database'],
        ['without a reason', '// zmodel-auth-ignore context-member-type'],
        ['among other codes', '// zmodel-auth-ignore auth-list-member , context-member-type: both'],
        ['as a doc comment', '/// zmodel-auth-ignore context-member-type: why'],
        ['without blanks', '//zmodel-auth-ignore context-member-type:why'],
    ] as const) {
        it(`is silenced on the next line by a comment ${name}`, () => {
            assert.deepEqual(reported(SCHEMA.replace('// above', comment)), ['userId', 'other']);
            assert.deepEqual(reported(SCHEMA.replace('// above', comment).replaceAll('\n', '\r\n')), [
                'userId',
                'other',
            ]);
            assert.deepEqual(reported(SCHEMA.replace('// above', comment).replaceAll('\n', '\r')), ['userId', 'other']);
        });
    }

    for (const [name, comment] of [
        ['another code', '// zmodel-auth-ignore context-member-missing: why'],
        ['a part of the code', '// zmodel-auth-ignore context-member: why'],
        ['no code', '// zmodel-auth-ignore'],
        ['text around it', '// see zmodel-auth-ignore context-member-type: why'],
        ['text instead of a reason', '// zmodel-auth-ignore context-member-type because'],
    ] as const) {
        it(`is not silenced by a comment with ${name}`, () => {
            assert.deepEqual(reported(SCHEMA.replace('// above', comment)), ['userId', 'level', 'other']);
        });
    }

    it('is not silenced from two lines above, nor from behind', () => {
        const comment = '// zmodel-auth-ignore context-member-type: why';
        assert.deepEqual(reported(SCHEMA.replace('// above', `${comment}\n\n`)), ['userId', 'level', 'other']);
        assert.deepEqual(reported(SCHEMA.replace('level  String', `level  String ${comment}`)).length, 3);
    });
});

describe('places', () => {
    it('counts lines that end with LF, CRLF and CR', () => {
        const text = 'a\nb\r\nc\rd';
        const at = (search: string): [number, number] => {
            const { line, character } = positionAt(text, text.indexOf(search));
            return [line, character];
        };
        assert.deepEqual(
            ['a', 'b', 'c', 'd'].map((search) => at(search)),
            [
                [0, 0],
                [1, 0],
                [2, 0],
                [3, 0],
            ],
        );
        assert.deepEqual(positionAt(text, text.length), { line: 3, character: 1 });
        assert.deepEqual(positionAt('', 0), { line: 0, character: 0 });
        assert.deepEqual(positionAt('x😀y', 3), { line: 0, character: 3 });
    });

    it('gives the beginning for a file that is not there', () => {
        const view = viewOf(SCHEMA);
        assert.deepEqual(rangeOf(view, entry, { start: 5, end: 9 }).range, {
            start: { line: 0, character: 5 },
            end: { line: 0, character: 9 },
        });
        assert.deepEqual(rangeOf(view, '/gone', { start: 5, end: 9 }).range.start, { line: 0, character: 0 });
    });
});
