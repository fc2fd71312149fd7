import assert from 'node:assert/strict';
import { choicesOf, expandSnippet } from './expand.ts';
import { loadSnippets } from './load.ts';
import { memberships, projects, prove } from './prove.ts';
import type { Actor, Meaning, Note } from './prove.ts';

type Operation = 'create' | 'read' | 'update' | 'post-update' | 'delete';
type Condition = (actor: Actor, row: Note) => boolean;

const auth = ({ auth }: Actor, member: string): unknown => auth?.[member] ?? null;
const isActive = (actor: Actor, organization: string | null): boolean =>
    organization !== null && auth(actor, 'organizationId') === organization;
const isOwner: Condition = (actor, { ownerId }) => ownerId !== null && auth(actor, 'userId') === ownerId;
const isInActive: Condition = (actor, { organizationId }) => isActive(actor, organizationId);
const isMember =
    (...roles: string[]): Condition =>
    (actor, { organizationId }) =>
        memberships.some(
            (member) =>
                member.organizationId === organizationId &&
                member.userId === auth(actor, 'userId') &&
                (roles.length === 0 || roles.includes(member.role)),
        );

/** The conditions under which the allowing snippets hold, as they are meant. */
const allowing: Record<string, Condition> = {
    'Allow the user of a row': isOwner,
    'Organization: members of the active one': isInActive,
    'Organization: through the parent': (actor, { projectId }) =>
        projectId !== null && isActive(actor, projects[projectId] ?? null),
    'Organization: role in the active one': (actor, row) =>
        isInActive(actor, row) && ['owner', 'admin'].includes(String(auth(actor, 'organizationRole'))),
    'Organization: the active one itself': (actor, { id }) => isActive(actor, id),
    Member: isMember(),
    'Member with a role': isMember('owner', 'admin'),
    Owner: isOwner,
    'User: oneself': (actor, { id }) => auth(actor, 'userId') === id,
    Public: () => true,
    Published: (_, { published }) => published,
};

/** The conditions under which the denying snippets hit, as they are meant. */
const denying: Record<string, Condition> = {
    'Deny requests without a user': (actor) => auth(actor, 'userId') === null,
    'Tenant isolation': (actor, row) => !isInActive(actor, row),
};

const snippets = new Map(loadSnippets().map((snippet) => [snippet.name, snippet.body]));

function bodyOf(name: string): string {
    const body = snippets.get(name);
    assert.ok(body !== undefined, name);
    return body;
}

/** The operations that a rule's first string names, with `all` as the four that it stands for. */
function operationsOf(rule: string): Set<Operation> {
    const named = (rule.split("'")[1] ?? '').split(',');
    const four: Operation[] = ['create', 'read', 'update', 'delete'];
    const known: Operation[] = [...four, 'post-update'];
    return new Set([...known.filter((one) => named.includes(one)), ...(named.includes('all') ? four : [])]);
}

/** What a model's only rule means. An update passes if it is permitted on the row as it was and as it becomes. */
function meaningOf(permits: (operation: Operation, actor: Actor, row: Note) => boolean): Meaning {
    return {
        create: (actor, row) => permits('create', actor, row),
        read: (actor, row) => permits('read', actor, row),
        delete: (actor, row) => permits('delete', actor, row),
        update: (actor, before, after) => permits('update', actor, before) && permits('post-update', actor, after),
    };
}

/** The texts of a snippet: with defaults, then with every other choice. */
function variantsOf(body: string): string[] {
    return [
        expandSnippet(body),
        ...[...choicesOf(body)].flatMap(([tabstop, options]) =>
            options
                .slice(1)
                .map((option) => expandSnippet(body, (index, [first = '']) => (index === tabstop ? option : first))),
        ),
    ];
}

describe('rule snippets on the real ORM', function () {
    this.timeout(60_000);

    for (const [name, holds] of Object.entries(allowing)) {
        for (const rule of variantsOf(bodyOf(name))) {
            it(`${name}: ${rule}`, async () => {
                const operations = operationsOf(rule);
                assert.equal(operations.has('update'), operations.has('post-update'), 'no update without its guard');
                await prove(
                    rule,
                    meaningOf((operation, actor, row) => operations.has(operation) && holds(actor, row)),
                );
            });
        }

        it(`${name}: inside tenant isolation`, async () => {
            const rule = expandSnippet(bodyOf(name));
            const operations = operationsOf(rule);
            await prove(
                `${expandSnippet(bodyOf('Tenant isolation'))}\n${rule}`,
                meaningOf(
                    (operation, actor, row) => operations.has(operation) && holds(actor, row) && isInActive(actor, row),
                ),
            );
        });
    }

    for (const [name, hits] of Object.entries(denying)) {
        for (const rule of variantsOf(bodyOf(name))) {
            it(`${name}: ${rule}`, async () => {
                const operations = operationsOf(rule);
                await prove(
                    `${rule}\n@@allow('all', true)`,
                    meaningOf((operation, actor, row) => !operations.has(operation) || !hits(actor, row)),
                );
            });
        }
    }

    it('Tenant isolation: on a required column, without the part about null', async () => {
        const rule = expandSnippet(bodyOf('Tenant isolation'));
        const shorter = rule.replace(' || organizationId == null', '');
        assert.notEqual(shorter, rule);
        await prove(
            `${shorter}\n@@allow('all', true)`,
            meaningOf((_, actor, row) => isInActive(actor, row)),
            { required: true },
        );
    });

    it("Follow a relation's rules", async () => {
        const rule = expandSnippet(bodyOf("Follow a relation's rules"));
        await prove(
            rule,
            meaningOf((operation, actor, row) => operation === 'read' && isInActive(actor, row)),
            { organization: 'auth().organizationId != null && auth().organizationId == id' },
        );
    });

    it('Unchanged by updates', async () => {
        await prove(`${expandSnippet(bodyOf('Unchanged by updates'))}\n@@allow('all', true)`, {
            ...meaningOf(() => true),
            update: (_, before, after) => before.organizationId === after.organizationId,
        });
    });

    it('Field: set once', async () => {
        await prove(
            "@@allow('all', true)",
            { ...meaningOf(() => true), update: (_, before, after) => before.title === after.title },
            { title: expandSnippet(bodyOf('Field: set once')) },
        );
    });

    it('Field: updated by a role', async () => {
        await prove(
            "@@allow('all', true)",
            {
                ...meaningOf(() => true),
                update: (actor, before, after) => before.title === after.title || auth(actor, 'role') === 'admin',
            },
            { title: expandSnippet(bodyOf('Field: updated by a role')) },
        );
    });

    it('finds what the documented tenant rule leaks', async () => {
        const documented = "@@deny('all', auth().organizationId != organizationId)\n@@allow('all', true)";
        const isolated = meaningOf((_, actor, row) => isInActive(actor, row));
        await assert.rejects(prove(documented, isolated), /anonymous reads/);
    });

    it('finds an update that leaves the tenant', async () => {
        const unguarded = "@@allow('all', auth().organizationId != null && auth().organizationId == organizationId)";
        const isolated = meaningOf((_, actor, row) => isInActive(actor, row));
        await assert.rejects(prove(unguarded, isolated), /sets \{"organizationId":"o2"\}/);
    });
});
