import assert from 'node:assert/strict';
import fc from 'fast-check';
import { admin, deviceAuthorization, jwt, organization, phoneNumber, twoFactor, username } from 'better-auth/plugins';
import type { BetterAuthOptions } from 'better-auth';
import { planInsert } from '../../../src/insert/plan-insert.ts';
import { applied, assertUntouched, configOf, insertInto, viewOf } from './support.ts';

/** Comments that look like code, and white space that looks like nothing. */
const comment = (eol: string): fc.Arbitrary<string> =>
    fc.constantFrom(
        `// model Session { "${eol}`,
        `/* } ' */ `,
        `/* a${eol} @@map("x") */${eol}`,
        `// ${eol}${eol}`,
        ' ',
        '\t',
        eol,
        `${eol}${eol}   `,
    );

const gap = (eol: string): fc.Arbitrary<string> =>
    fc.array(comment(eol), { maxLength: 2 }).map((parts) => ` ${parts.join('')}`);

interface Member {
    tokens: string[];
}

const scalar = (name: string): fc.Arbitrary<Member> =>
    fc
        .constantFrom(
            [name, 'String?'],
            [name, 'Int', '@default(1)'],
            [name, 'DateTime', '@default(now())'],
            [name, 'String', `@default('} " {')`],
            [name, 'Json?'],
            [name, 'Boolean', '@default(false)'],
        )
        .map((tokens) => ({ tokens: [...tokens] }));

/** Names that Better Auth also uses stand with types that it accepts. */
const userMembers: Record<string, string[]> = {
    email: ['email', 'String', '@unique'],
    name: ['name', 'String'],
    emailVerified: ['emailVerified', 'Boolean', '@default(false)'],
    image: ['image', 'String?'],
    role: ['role', 'String?'],
    createdAt: ['createdAt', 'DateTime', '@default(now())'],
    sessions: ['sessions', 'Json?'],
};

const strangers = ['alpha', 'beta', 'type', 'model', 'accounts', 'members', 'authSessions'];

function model(name: string, own: Record<string, string[]>, eol: string): fc.Arbitrary<string> {
    const id = { tokens: ['id', 'String', '@id'] };
    return fc
        .record({
            own: fc.subarray(Object.values(own)),
            others: fc.subarray(strangers).chain((names) => fc.tuple(...names.map(scalar))),
            first: fc.boolean(),
            map: fc.boolean(),
            separators: fc.array(gap(eol), { minLength: 60, maxLength: 60 }),
            plain: fc.boolean(),
        })
        .map(({ own: members, others, first, map, separators, plain }) => {
            const known = members.map((tokens) => ({ tokens }));
            const fields = first ? [id, ...known, ...others] : [...others, id, ...known];
            const lines = fields.map((field) => field.tokens);
            if (map) lines.push([`@@map("${name.toLowerCase()}_rows")`]);
            let used = 0;
            const next = (): string => (plain ? ' ' : (separators[used++ % separators.length] ?? ' '));
            const body = lines.map((tokens) => tokens.join(plain ? ' ' : next())).join(plain ? `${eol}    ` : next());
            return `model ${name} {${plain ? `${eol}    ` : next()}${body}${plain ? eol : next()}}`;
        });
}

const schema = fc.constantFrom('\n', '\r\n').chain((eol) =>
    fc
        .record({
            bom: fc.constantFrom('', '\uFEFF'),
            user: fc.option(model('User', userMembers, eol), { nil: undefined }),
            session: fc.option(
                model('Session', { token: ['token', 'String', '@unique'], userId: ['userId', 'String'] }, eol),
                {
                    nil: undefined,
                },
            ),
            post: fc.option(model('Post', {}, eol), { nil: undefined }),
            gaps: fc.array(gap(eol), { minLength: 4, maxLength: 4 }),
            end: fc.constantFrom('', eol, `${eol}${eol}`, ' '),
        })
        .map(({ bom, user, session, post, gaps, end }) => {
            const source = `datasource db {${eol}  provider = 'sqlite'${eol}  url = "file:./dev.db"${eol}}`;
            const parts = [post, user, source, session].filter((part) => part !== undefined);
            return bom + parts.map((part, index) => `${gaps[index] ?? ''}${part}`).join('') + end;
        }),
);

type Plugins = NonNullable<BetterAuthOptions['plugins']>;

const plugins: fc.Arbitrary<Plugins> = fc.subarray<Plugins[number]>([
    organization({ teams: { enabled: true }, dynamicAccessControl: { enabled: true } }),
    admin(),
    twoFactor(),
    username(),
    phoneNumber(),
    jwt(),
    deviceAuthorization(),
]);

describe('insert: random schemas with random comments and layout', function () {
    this.timeout(120_000);

    it('the result validates, old bytes stay, planning again gives nothing', async () => {
        await fc.assert(
            fc.asyncProperty(schema, plugins, async (text, chosen) => {
                await insertInto(text, await configOf({ plugins: chosen }));
            }),
            { numRuns: 60 },
        );
    });

    it('a character that is lost anywhere does no harm: nothing throws, old bytes stay', async () => {
        const config = await configOf({ plugins: [organization(), admin()] });
        fc.assert(
            fc.property(schema, fc.nat(), (text, at) => {
                const cut = at % text.length;
                const broken = text.slice(0, cut) + text.slice(cut + 1);
                const plan = planInsert(viewOf(broken), config);
                assertUntouched(broken, plan);
                const again = planInsert(viewOf(applied(broken, plan)), config);
                assert.ok(again.changes.length <= plan.changes.length);
            }),
            { numRuns: 100 },
        );
    });
});
