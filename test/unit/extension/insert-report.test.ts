import assert from 'node:assert/strict';
import {
    describeAdded,
    describeRemainder,
    renderDetails,
    type InsertPlan,
} from '../../../src/extension/commands/insert-report.ts';

const nothing = { models: [], fields: [] };
const location = {
    file: '/app/src/auth.ts',
    range: { start: { line: 7, character: 0 }, end: { line: 7, character: 9 } },
};

function planWith(changes: Partial<InsertPlan>): InsertPlan {
    return {
        kind: 'plan',
        summary: 'Adds Organization.',
        added: nothing,
        conflicts: [],
        unknown: [],
        config: {
            id: '/app/src/auth.ts#8',
            label: 'src/auth.ts',
            detail: 'organization',
            location,
            release: 'better-auth 1.7.25, as installed',
            reasons: ['exported as "auth"'],
            notes: [],
        },
        anchor: '/app/schema.zmodel',
        ...changes,
    };
}

describe('report on inserted models', () => {
    it('names what was added', () => {
        assert.equal(
            describeAdded(
                { models: ['Organization', 'Member', 'Invitation'], fields: ['Session.activeOrganizationId'] },
                nothing,
            ),
            'Added the models Organization, Member and Invitation, and the field Session.activeOrganizationId.',
        );
        assert.equal(describeAdded({ models: ['User'], fields: [] }, nothing), 'Added the model User.');
    });

    it('counts fields when they are many', () => {
        const fields = ['User.name', 'User.email', 'User.image', 'Session.token'];
        assert.equal(describeAdded({ models: [], fields }, nothing), 'Added 4 fields in User and Session.');
    });

    it('does not claim what was unchecked in the preview', () => {
        assert.equal(
            describeAdded({ models: ['User', 'Session'], fields: [] }, { models: ['Session'], fields: [] }),
            'Added the model User. Left out: the model Session.',
        );
    });

    it('claims nothing in particular when it is not known or not listed', () => {
        assert.equal(describeAdded({ models: ['User'], fields: [] }, undefined), 'The schema was changed.');
        assert.equal(describeAdded(nothing, nothing), 'The schema was changed.');
    });

    it('counts what is left to decide', () => {
        assert.equal(describeRemainder(planWith({})), undefined);
        const unknown = { what: 'plugins[2]', reason: 'a call', file: '/app/src/auth.ts', line: 20 };
        assert.equal(
            describeRemainder(planWith({ conflicts: [{ message: 'a', proposal: 'b' }], unknown: [unknown, unknown] })),
            '1 conflict needs a decision, and 2 parts of the configuration are unknown.',
        );
    });

    it('renders places with one-based lines, and only sections that have content', () => {
        const page = renderDetails(
            planWith({ conflicts: [{ message: 'User.email is an Int.', proposal: 'Make it a String', location }] }),
            'Added the model User.',
        );
        assert.match(page, /^Added the model User\.$/m);
        assert.match(page, /^Configuration: `src\/auth\.ts` \(`\/app\/src\/auth\.ts:8`\) — organization$/m);
        assert.match(
            page,
            /^## Conflicts\n\n- User\.email is an Int\. \(`\/app\/src\/auth\.ts:8`\) What to do: Make it a String\.$/m,
        );
        assert.doesNotMatch(page, /## Unknown/);
    });
});
