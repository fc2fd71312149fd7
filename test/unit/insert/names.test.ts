import assert from 'node:assert/strict';
import { AstUtils, GrammarAST } from 'langium';
import {
    answersTo,
    backRelationName,
    isDeclarationName,
    isFieldName,
    modelNameFor,
    relationFieldName,
} from '../../../src/insert/names.ts';
import { parseSource } from '../../../src/zmodel/parse.ts';
import { readUpstream } from '../../../src/zmodel/upstream.ts';

const none = new Set<string>();

/** Keywords of ZModel's grammar that look like names. */
function keywords(): string[] {
    const found = AstUtils.streamAst(readUpstream().grammar).flatMap((node) =>
        GrammarAST.isKeyword(node) && /^[_a-zA-Z]\w*$/.test(node.value) ? [node.value] : [],
    );
    return [...new Set(found)];
}

describe('insert: names', () => {
    it('knows the keywords that cannot be names, as the grammar has them', () => {
        const words = keywords();
        assert.ok(words.length > 30, `found ${words.length} keywords`);
        for (const word of [...words, 'plain', '_x', 'sort', 'in']) {
            const field = parseSource(`model M { ${word} String }`);
            assert.equal(field.syntaxErrors.length === 0, isFieldName(word), `field ${word}`);
            const model = parseSource(`model ${word} { x String }`);
            assert.equal(model.syntaxErrors.length === 0, isDeclarationName(word), `model ${word}`);
        }
        for (const word of ['first-name', '1st', '', 'a b', 'naïve']) assert.equal(isFieldName(word), false, word);
    });

    for (const [runtime, model] of [
        ['user', 'User'],
        ['organizationRole', 'OrganizationRole'],
        ['app_users', 'app_users'],
        ['users', 'Users'],
        ['User', 'User'],
    ] as const) {
        it(`names the model of "${runtime}" ${model}`, () => {
            assert.equal(modelNameFor(runtime), model);
            assert.ok(answersTo(model, runtime));
        });
    }

    for (const [key, target, taken, expected] of [
        ['inviterId', 'User', [], 'inviter'],
        ['userId', 'User', [], 'user'],
        ['user_id', 'User', [], 'user'],
        ['clientID', 'Client', [], 'client'],
        ['createdBy', 'User', [], 'createdByUser'],
        ['userId', 'User', ['user'], 'userUser'],
        ['userId', 'User', ['user', 'userUser'], 'user2'],
        ['paid', 'User', [], 'paidUser'],
        ['_id', 'User', [], '_idUser'],
    ] as const) {
        it(`names the relation of ${key} ${expected}${taken.length > 0 ? ` when ${taken.join(', ')} is taken` : ''}`, () => {
            assert.equal(relationFieldName(key, target, new Set(taken)), expected);
        });
    }

    for (const [model, field, target, unique, oneOfSeveral, taken, expected] of [
        ['Session', 'user', 'User', false, false, [], 'sessions'],
        ['WalletAddress', 'user', 'User', false, false, [], 'walletAddresses'],
        ['TwoFactor', 'user', 'User', true, false, [], 'twoFactor'],
        ['Sessions', 'user', 'Users', false, true, [], 'sessions'],
        ['Sessions', 'user', 'Users', true, false, [], 'session'],
        ['Invitation', 'inviter', 'User', false, false, [], 'invitations'],
        ['Invitation', 'inviter', 'User', false, true, [], 'invitationsAsInviter'],
        ['Invitation', 'user', 'User', false, true, [], 'invitations'],
        ['Organization', 'parent', 'Organization', false, true, [], 'organizationsAsParent'],
        ['Session', 'user', 'User', false, false, ['sessions'], 'sessionsAsUser'],
        ['Session', 'user', 'User', false, false, ['sessions', 'sessionsAsUser'], 'authSessions'],
        ['Session', 'user', 'User', false, false, ['sessions', 'sessionsAsUser', 'authSessions'], 'sessions2'],
        ['Person', 'user', 'User', false, false, [], 'people'],
    ] as const) {
        it(`names the way back from ${target} to ${model}.${field} ${expected}`, () => {
            const relation = { model, field, target, unique, oneOfSeveral };
            assert.equal(backRelationName(relation, taken.length > 0 ? new Set(taken) : none), expected);
        });
    }
});
