import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionLeaseName } from '../../../src/domain/whatsapp/session.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneServer } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';
import { isFull } from '../../support/full-run.ts';
import type { Answer } from '../../support/http/client.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { wrongCodes } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import type { ServerProcess } from '../../support/process/server-process.ts';
import { startWhatsAppProcess } from '../../support/process/whatsapp-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../support/whatsapp-lab/lab.ts';

/** Three times the lease of a session, which is longer than that of anything else. */
const FROZEN_MS = isFull ? 60_000 : 45_000;

/** A lease, the next look at it, and a login. */
const TAKEN_OVER_MS = 30_000;

const SESSION = 'default';
const CODES = 30;

onOneServer('one of three nodes that stands still (%s)', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let testDatabase: TestDatabase;
  let database: Database;
  let gateway: Gateway;
  let lab: Lab;
  let owner: Phone;
  let frozen: ServerProcess;
  let others: readonly ServerProcess[];

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    lab = await startLab();
    owner = lab.addPhone();
    const env = { OTP_CHANNELS: 'http,whatsapp', HTTP_CHANNEL_URL: gateway.url };
    const start = () => startWhatsAppProcess(lab, testDatabase, env);
    frozen = await start();
    await createLinkingCalls(frozen).link(owner, SESSION);
    others = [await start(), await start()];
    database = await open(testDatabase);
  });
  afterAll(async () => {
    await Promise.all([frozen, ...others].map((node) => node.stop('SIGKILL')));
    await database.close();
    await gateway.close();
    await lab.close();
    await testDatabase.drop();
  });

  function nodeAt(index: number): ServerProcess {
    const node = others[index % others.length];
    if (!node) throw new Error('there is no node');
    return node;
  }

  const verify = (node: ServerProcess, phoneNumber: string, otp: string) =>
    node.client.post('/api/otp/verify', { phoneNumber, otp });

  async function sendCode(node: ServerProcess): Promise<readonly [number: string, code: string]> {
    const phoneNumber = nextNumber();
    expect((await node.client.post('/api/otp/send', { phoneNumber })).status).toBe(200);
    return [phoneNumber, gateway.codeFor(phoneNumber)];
  }

  /** The process that holds the lease of the session, by its ID in the name of the owner. */
  async function findHost(): Promise<number | undefined> {
    const name = await createLeaseStore(database).findOwner(sessionLeaseName(SESSION), new Date());
    const [, pid] = name?.split('.') ?? [];
    return pid === undefined ? undefined : Number.parseInt(pid, 36);
  }

  async function sendByWhatsApp(node: ServerProcess): Promise<void> {
    const person = lab.addPhone();
    const body = { phoneNumber: person.number, channel: 'whatsapp' };
    const { status, raw } = await node.client.post('/api/otp/send', body);
    expect([status, raw]).toEqual([200, expect.any(String)]);
    await waitFor(() => person.inbox.at(0), `${person.number} to read its code`);
    expect([person.inbox.length, person.duplicates]).toEqual([1, 0]);
  }

  const signal = (name: 'SIGSTOP' | 'SIGCONT') => process.kill(frozen.pid ?? 0, name);

  it('has no code accepted twice, and no attempt lost', { timeout: 240_000 }, async () => {
    const codes: (readonly [string, string])[] = [];
    for (let n = 0; n < CODES; n += 1) codes.push(await sendCode(nodeAt(n)));
    const [guessed, right] = await sendCode(nodeAt(0));
    const guesses = wrongCodes(right, 6);
    const asked = nextNumber();
    expect(await findHost()).toBe(frozen.pid);
    const begun = [
      ...codes.map(([number, code]) => verify(frozen, number, code)),
      ...guesses.slice(0, 3).map((code) => verify(frozen, guessed, code)),
    ].map(orReset);
    const begunSend = orReset(frozen.client.post('/api/otp/send', { phoneNumber: asked }));
    // In the middle of its work: some are answered, some are compared, and some have not begun.
    await pause(15);
    signal('SIGSTOP');
    const frozenAt = performance.now();
    const elsewhere = await Promise.all(
      codes.map(([number, code], index) => verify(nodeAt(index), number, code)),
    );
    const wrong = await Promise.all(
      guesses.slice(3).map((code, index) => verify(nodeAt(index), guessed, code)),
    );
    const sentElsewhere = await nodeAt(1).client.post('/api/otp/send', { phoneNumber: asked });

    // The session is taken over, and codes go on.
    await waitFor(
      async () => ((await findHost()) !== frozen.pid ? true : undefined),
      'another node to take the session over',
      TAKEN_OVER_MS,
    );
    await createLinkingCalls(nodeAt(0)).waitForState(['open'], SESSION, TAKEN_OVER_MS);
    for (let n = 0; n < 4; n += 1) await sendByWhatsApp(nodeAt(n));
    await pause(Math.max(0, FROZEN_MS - (performance.now() - frozenAt)));
    signal('SIGCONT');

    const late = await Promise.all(begun);
    const sentLate = await begunSend;
    for (const index of codes.keys()) {
      const answers = [late[index], elsewhere[index]];
      const accepted = answers.filter((answer) => answer?.status === 200);
      expect(accepted.length, answers.map(describeAnswer).join(', ')).toBe(1);
    }
    expect([...late.slice(CODES), ...wrong].every((answer) => answer?.status !== 200)).toBe(true);
    const row = await database.models.OTPLog.findOne({ where: { phoneNumber: guessed } });
    expect(row?.attempts).toBe(3);
    expect((await verify(nodeAt(0), guessed, right)).status).not.toBe(200);
    const sent = [sentLate, sentElsewhere].filter((answer) => answer?.status === 200);
    expect(sent.length).toBeLessThanOrEqual(
      gateway.messages.filter(({ to }) => to === asked).length,
    );
    const rows = await database.models.OTPLog.findAll({ where: { phoneNumber: asked } });
    expect(rows.filter(({ activeKey }) => activeKey !== null).length).toBeLessThanOrEqual(1);
  });

  it('serves again by itself, and leaves the session where it is', async () => {
    const host = await findHost();
    expect(others.map(({ pid }) => pid)).toContain(host);
    for (let n = 0; n < 3; n += 1) {
      await sendByWhatsApp(frozen);
      await sendByWhatsApp(nodeAt(n));
    }
    expect(lab.connectionsOf(owner.pn)).toBe(1);
    expect(await findHost()).toBe(host);
    const [number, code] = await sendCode(frozen);
    expect((await verify(frozen, number, code)).status).toBe(200);
    const { state } = await createLinkingCalls(frozen).status(SESSION);
    expect(state).toBe('open');
  });

  it('gets the session back when the others stop', async () => {
    for (const node of others) expect(await node.stop('SIGTERM')).toBe(0);
    await waitFor(
      async () => ((await findHost()) === frozen.pid ? true : undefined),
      'the session to be given back',
    );
    await createLinkingCalls(frozen).waitForState(['open'], SESSION);
    await sendByWhatsApp(frozen);
    expect(lab.connectionsOf(owner.pn)).toBe(1);
  });
});

/**
 * No answer, if a node resets the connection: one that was idle for longer than it is kept is closed before the request
 * that waits in it is read.
 */
function orReset(answer: Promise<Answer>): Promise<Answer | undefined> {
  return answer.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') return undefined;
    throw error;
  });
}

function describeAnswer(answer: Answer | undefined): string {
  return answer === undefined ? 'none' : `${answer.status} ${answer.body.code ?? ''}`;
}
