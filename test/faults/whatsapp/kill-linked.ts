import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../src/storage/database.ts';
import {
  createTestDatabase,
  type DialectName,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { killsOf } from '../../support/full-run.ts';
import { killWhileSending, MOMENTS, type Sent } from '../../support/process/kill-moments.ts';
import type { ServerProcess } from '../../support/process/server-process.ts';
import { BACK_MS, startWhatsAppProcess } from '../../support/process/whatsapp-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { createSendingCalls, type SendingCalls } from '../../support/whatsapp/whatsapp-sending.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

/** A round takes some three seconds, so this is what a run of all tests can wait for. */
const KILLS = { sqlite: MOMENTS.length, mysql: 2, postgres: 2 };

/** With one kill each, the three of them take a moment each; in a full run, all of them. */
const FIRST_MOMENT = { sqlite: 0, mysql: 1, postgres: 3 };

/** The suite of a process that is killed while a number is linked to it, on one database. */
export function killWhileLinked(dialect: DialectName): void {
  let testDatabase: TestDatabase;
  let database: Database;
  let lab: Lab;
  let owner: Phone;
  let friend: Phone;
  let node: ServerProcess;
  let calls: SendingCalls;

  async function start(): Promise<void> {
    node = await startWhatsAppProcess(lab, testDatabase);
  }

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    lab = await startLab();
    owner = lab.addPhone();
    friend = lab.addPhone();
    await start();
    database = await open(testDatabase);
    await createLinkingCalls(node).link(owner);
    calls = createSendingCalls({ ...node, database });
    await calls.befriend(friend, owner);
  });
  afterAll(async () => {
    await node.stop('SIGKILL');
    await database.close();
    await lab.close();
    await testDatabase.drop();
  });

  /** Starts the program again on what the dead one left behind, while news wait for it. */
  async function comeBack(): Promise<string> {
    await waitFor(() => lab.connectionsOf(owner.pn) === 0 || undefined, 'the line to be cut');
    lab.releaseReceipts();
    const written = await friend.sendText(owner.pn, 'are you there?');
    const logins = lab.logins(owner.pn);
    await start();
    calls = createSendingCalls({ ...node, database });
    await createLinkingCalls(node).waitForState(['open'], 'default', BACK_MS);
    expect(owner.devices).toEqual([1]);
    expect(lab.logins(owner.pn)).toBe(logins + 1);
    return written;
  }

  /** Nothing came twice or out of nowhere, and whatever was read is good. */
  async function checkSent({ phone, before, answer }: Sent): Promise<void> {
    const read = phone.inbox.slice(before);
    expect(read.length).toBeLessThanOrEqual(1);
    const rows = await calls.deliveriesTo(phone);
    const ids = rows.map((row) => row['messageId']);
    if (answer) {
      expect([answer.status, read.map(({ id }) => id)]).toEqual([
        200,
        [answer.body.data?.['messageId']],
      ]);
    }
    for (const { id, code } of read) {
      expect(ids).toContain(id);
      await calls.untilDelivery(id, 'delivered');
      expect(await verify(phone, code)).toBe(200);
    }
  }

  async function verify(phone: Phone, otp: string | undefined): Promise<number> {
    const { status } = await node.client.post('/api/otp/verify', {
      phoneNumber: phone.number,
      otp,
    });
    return status;
  }

  /** Another code for the same person goes out at once, can be read, and opens. */
  async function checkNext(phone: Phone): Promise<void> {
    const { status, body } = await calls.send(phone);
    expect([status, body.code]).toEqual([200, undefined]);
    const id = String(body.data?.['messageId']);
    const isIt = (message: { readonly id: string }) => message.id === id;
    const message = await waitFor(() => phone.inbox.find(isIt), `${phone.number} to read ${id}`);
    expect(await verify(phone, message.code)).toBe(200);
    await waitFor(() => owner.inbox.find(isIt), `the copy of ${id} on the owner's phone`);
  }

  /** Whom the kill did not touch notices nothing: neither side had to ask for a message again. */
  async function checkFriend(written: string): Promise<void> {
    await waitFor(() => friend.receipts.find(({ id }) => id === written), 'a receipt for a friend');
    expect(friend.receipts.filter(({ type }) => type === 'retry')).toEqual([]);
  }

  /** Kills the process in one moment of a send to people it knows and to others; those it knows afterwards. */
  async function killOnce(known: readonly Phone[], kill: number): Promise<readonly Phone[]> {
    const strangers = [lab.addPhone(), lab.addPhone(), lab.addPhone()];
    const people = [...known, ...strangers];
    const moment = MOMENTS[(kill + FIRST_MOMENT[dialect]) % MOMENTS.length];
    if (!moment) throw new Error('there are no moments');
    const sent = await killWhileSending(node, { lab, people, moment, nth: 1 + ((3 * kill) % 4) });
    // The kill met the work: some of it was not answered.
    expect(sent.some(({ answer }) => answer === undefined)).toBe(true);
    const written = await comeBack();
    await Promise.all(sent.map(checkSent));
    await checkFriend(written);
    await Promise.all([...people, friend].map(checkNext));
    const tooMany = sent.filter(({ phone, before }) => phone.inbox.length > before + 2);
    expect(tooMany).toEqual([]);
    return strangers;
  }

  const kills = killsOf(KILLS[dialect]);

  it('comes back without a scan, and every code is good or can be had anew', {
    timeout: 60_000 + kills * 60_000,
  }, async () => {
    let known: readonly Phone[] = [lab.addPhone(), lab.addPhone(), lab.addPhone()];
    await Promise.all(known.map(checkNext));
    for (let kill = 0; kill < kills; kill += 1) known = await killOnce(known, kill);
    expect(lab.unhandled).toEqual([]);
  });
}
