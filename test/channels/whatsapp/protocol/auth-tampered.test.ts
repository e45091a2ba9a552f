import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { readSealed } from '../../../support/whatsapp/sealed-credentials.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

let lab: Lab;
let h: WhatsAppHarness;
let owners: Phone[];

beforeAll(async () => {
  lab = await startLab();
  h = await createWhatsAppHarness({ lab, whatsappTiming: { connectMs: 5000 } });
  owners = [lab.addPhone(), lab.addPhone()];
  for (const [index, owner] of owners.entries()) await h.link(owner, `number-${index}`);
});
afterEach(async () => {
  expect(lab.unhandled).toEqual([]);
  expect((await h.client.get('/api/health/ready')).status).toBe(200);
});
afterAll(async () => {
  await h.close();
  await lab.close();
});

type Place = { readonly sessionId: string; readonly category: string; readonly keyId: string };

const placeOf = (sessionId: string): Place => ({ sessionId, category: 'creds', keyId: 'creds' });

async function readRow({ sessionId, category, keyId }: Place): Promise<string> {
  const rows = await readSealed(h, sessionId);
  const row = rows.find((one) => one.category === category && one.keyId === keyId);
  if (!row) throw new Error(`there is no row ${category} ${keyId}`);
  return row.sealed;
}

async function writeRow({ sessionId, category, keyId }: Place, sealed: string): Promise<void> {
  const changed = await h.database.statements.change(
    `UPDATE "session_credentials" SET "sealed" = $4
     WHERE "sessionId" = $1 AND "category" = $2 AND "keyId" = $3`,
    [sessionId, category, keyId, sealed],
  );
  expect(changed).toBe(1);
}

async function swapRows(one: Place, other: Place): Promise<void> {
  const [ofOne, ofOther] = [await readRow(one), await readRow(other)];
  await writeRow(one, ofOther);
  await writeRow(other, ofOne);
}

/** Stops a session. Afterwards it writes no credentials: what it writes after its start would undo the change. */
async function stop(sessionId: string): Promise<void> {
  await h.client.post(`/api/sessions/${sessionId}/stop`, {});
  await h.waitForState(['stopped'], sessionId);
}

const restart = (sessionId: string) => h.client.post(`/api/sessions/${sessionId}/restart`, {});
const send = (sessionId: string, { number }: Phone) =>
  h.client.post(`/api/sessions/${sessionId}/send-message`, { to: number, message: 'hello' });

const TAMPERED = 'it was changed, or sealed for another context';

async function expectFailed(sessionId: string, owner: Phone | undefined) {
  expect(await h.waitForState(['failed'], sessionId)).toMatchObject({
    reason: 'credentials_unreadable',
    errorMessage: TAMPERED,
    attempt: 0,
    nextTryAt: null,
  });
  await expect.poll(() => lab.connectionsOf(owner?.pn ?? '')).toBe(0);
}

describe('credentials that somebody changed', () => {
  it('by one character are not used, and nothing else is disturbed', async () => {
    const sealed = await readRow(placeOf('number-0'));
    const at = Math.floor(sealed.length / 2);
    const flipped = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
    await writeRow(placeOf('number-0'), flipped);
    const logins = lab.logins(owners[0]?.pn ?? '');
    await restart('number-0');
    await expectFailed('number-0', owners[0]);
    expect(lab.logins(owners[0]?.pn ?? '')).toBe(logins);
    expect(await readRow(placeOf('number-0'))).toBe(flipped);
    expect(await h.status('number-1')).toMatchObject({ state: 'open' });

    await writeRow(placeOf('number-0'), sealed);
    await restart('number-0');
    await h.waitForState(['open'], 'number-0');
    expect(owners[0]?.devices).toEqual([1]);
  });

  it('by swapping them with another number’s are not used by either', async () => {
    for (const index of owners.keys()) await stop(`number-${index}`);
    await swapRows(placeOf('number-0'), placeOf('number-1'));
    for (const [index, owner] of owners.entries()) {
      await restart(`number-${index}`);
      await expectFailed(`number-${index}`, owner);
    }
    await swapRows(placeOf('number-0'), placeOf('number-1'));
    for (const index of owners.keys()) {
      await restart(`number-${index}`);
      await h.waitForState(['open'], `number-${index}`);
    }
  });

  it('by swapping the keys of two conversations end the session when one of them is read', async () => {
    const people = [lab.addPhone(), lab.addPhone()];
    for (const person of people) {
      expect((await send('number-0', person)).status).toBe(200);
      await person.nextMessage();
    }
    const sessions = (await readSealed(h, 'number-0')).filter(
      ({ category }) => category === 'session',
    );
    const [one, other] = people.map(({ lid }) => {
      const row = sessions.find(({ keyId }) => keyId.startsWith(lid));
      return { sessionId: 'number-0', category: 'session', keyId: row?.keyId ?? '' };
    });
    if (!one || !other) throw new Error('there are two people');
    await swapRows(one, other);
    // Whoever starts anew has nothing in memory.
    await restart('number-0');
    await h.waitForState(['open'], 'number-0');
    const answer = await send('number-0', people[0] ?? lab.addPhone());
    expect([409, 503]).toContain(answer.status);
    await expectFailed('number-0', owners[0]);
    expect(people.map(({ inbox }) => inbox.length)).toEqual([1, 1]);

    await swapRows(one, other);
    await restart('number-0');
    await h.waitForState(['open'], 'number-0');
    for (const person of people) {
      expect((await send('number-0', person)).status).toBe(200);
      expect((await person.nextMessage()).text).toBe('hello');
    }
  });
});
