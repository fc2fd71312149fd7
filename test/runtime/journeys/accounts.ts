import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { messages } from '../common.ts';
import { password, sessionOf, signIn, signUp } from '../world.ts';
import type { Step, World } from '../world.ts';

/** Signing in by a name. */
export async function takeUsernameJourney(step: Step, { visit }: World): Promise<void> {
    await step('sign in by username', async () => {
        await signUp(visit(), 'Uma', { username: 'Uma_1' });
        const uma = visit();
        await uma.ok('POST', '/api/auth/sign-in/username', { username: 'uma_1', password });
        const { user } = await sessionOf(uma);
        assert.deepEqual([user['username'], user['displayUsername']], ['uma_1', 'Uma_1']);
    });
}

/** Signing in without an account, then getting one. */
export async function takeAnonymousJourney(step: Step, { visit }: World): Promise<void> {
    await step('sign in anonymously', async () => {
        const guest = visit();
        await guest.ok('POST', '/api/auth/sign-in/anonymous');
        const before = await sessionOf(guest);
        assert.equal(before.user['isAnonymous'], true);
        await signUp(guest, 'Gus');
        const { user } = await sessionOf(guest);
        assert.notEqual(user.id, before.user.id);
        assert.equal(user['isAnonymous'], false);
    });
}

/** Adding a telephone number to an account, and signing in by it. */
export async function takePhoneNumberJourney(step: Step, { ann, visit }: World): Promise<void> {
    await step('verify phone number', async () => {
        const phoneNumber = '+15550100';
        await ann.ok('POST', '/api/auth/phone-number/send-otp', { phoneNumber });
        const body = { phoneNumber, code: messages.get(phoneNumber), updatePhoneNumber: true };
        await ann.ok('POST', '/api/auth/phone-number/verify', body);
        const caller = visit();
        await caller.ok('POST', '/api/auth/sign-in/phone-number', { phoneNumber, password });
        const { user } = await sessionOf(caller);
        assert.deepEqual([user.name, user['phoneNumber'], user['phoneNumberVerified']], ['Ann', phoneNumber, true]);
    });
}

/** How a user came in last. */
export async function takeLastLoginJourney(step: Step, { visit }: World): Promise<void> {
    await step('remember login method', async () => {
        const lou = visit();
        await signUp(lou, 'Lou');
        await signIn(lou, 'Lou');
        assert.equal((await sessionOf(lou)).user['lastLoginMethod'], 'email');
    });
}

/** Signing in with a wallet, twice as the same user. */
export async function takeEthereumJourney(step: Step, { visit }: World): Promise<void> {
    await step('sign in with ethereum', async () => {
        const walletAddress = '0x52908400098527886E0F7030069857D2E4169EE7';
        const ids: string[] = [];
        for (const visitor of [visit(), visit()]) {
            const { nonce } = await visitor.ok<{ nonce: string }>('POST', '/api/auth/siwe/nonce');
            const message = `example.com wants you to sign in with your Ethereum account:
${walletAddress}

URI: https://example.com
Version: 1
Chain ID: 1
Nonce: ${nonce}
Issued At: 2026-01-01T00:00:00Z`;
            await visitor.ok('POST', '/api/auth/siwe/verify', { message, signature: 'unchecked' });
            ids.push((await sessionOf(visitor)).user.id);
        }
        assert.equal(ids[0], ids[1]);
    });
}

/** A second factor: set up, confirmed, and asked for when signing in. */
export async function takeTwoFactorJourney(step: Step, { visit }: World): Promise<void> {
    const account = { email: 'tom@example.com', password };
    const tom = visit();

    const secret = await step('enable two-factor', async () => {
        await signUp(tom, 'Tom');
        const { totpURI } = await tom.ok<{ totpURI: string }>('POST', '/api/auth/two-factor/enable', { password });
        await tom.ok('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(totpURI) });
        assert.equal((await sessionOf(tom)).user['twoFactorEnabled'], true);
        return totpURI;
    });

    await step('sign in with two factors', async () => {
        const again = visit();
        const answer = await again.ok<{ twoFactorRedirect?: boolean }>('POST', '/api/auth/sign-in/email', account);
        assert.equal(answer.twoFactorRedirect, true);
        await again.ok('POST', '/api/auth/two-factor/verify-totp', { code: oneTimeCode(secret) });
        assert.equal((await sessionOf(again)).user.name, 'Tom');
    });
}

/** The code of RFC 6238 for now, from an `otpauth://` address. */
function oneTimeCode(uri: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const secret = new URL(uri).searchParams.get('secret') ?? '';
    const digits = Array.from(secret, (digit) => alphabet.indexOf(digit));
    const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('');
    const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const digest = createHmac('sha1', key).update(counter).digest();
    const offset = digest.readUInt8(digest.length - 1) & 15;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
