import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeliveryStore } from '../../../../src/storage/delivery/delivery-store.ts';
import { createVerificationStore } from '../../../../src/storage/verification/verification-store.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

onEveryDatabase('what a dead node left undone (%s)', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: ReturnType<typeof createOtpCalls>;
  let dead = 0;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { LOG_LEVEL: 'error' } });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  /** What the budgets of sends count: until when, in milliseconds since 1970. */
  const readBudgets = async () => {
    const rows = await h.database.statements.select(
      `SELECT "limitKey", "resetsAt" FROM "rate_limits" WHERE "limitKey" LIKE 'otp-send-%'`,
      [],
    );
    return new Map(rows.map((row) => [String(row['limitKey']), Number(row['resetsAt'])]));
  };

  /** A send whose node died, with the attempts that it made, and the budgets as they were before it. */
  async function leave(attempts: readonly ('sending' | 'accepted' | 'refused' | 'timeout')[]) {
    dead += 1;
    const [nodeId, phoneNumber, at] = [`dead-${dead}`, nextNumber(), h.now()];
    const budgets = await readBudgets();
    await otp.sendCode(phoneNumber);
    const row = await otp.row(phoneNumber);
    await h.database.statements.change(
      `UPDATE "otp_logs" SET "nodeId" = $2, "channel" = NULL, "messageId" = NULL WHERE "id" = $1`,
      [row.id, nodeId],
    );
    await h.database.statements.change(`DELETE FROM "deliveries" WHERE "verificationId" = $1`, [
      row.verificationId,
    ]);
    const deliveries = createDeliveryStore(h.database);
    for (const [index, attempt] of attempts.entries()) {
      const messageId = `${nodeId}-${index}`;
      const { accountId, verificationId, sessionId } = row;
      const channel = 'http';
      await h.database.models.Delivery.insertRow({
        ...{ accountId, verificationId, channel, sessionId, messageId },
        ...{ createdAt: at, updatedAt: at },
      });
      if (attempt === 'accepted') {
        // The process died before it could store the same in the verification.
        await deliveries.markAccepted({ verificationId: 'none', channel, messageId }, {}, at);
      }
      if (attempt === 'refused' || attempt === 'timeout') {
        await deliveries.markFailed(messageId, { reason: attempt, details: '' }, at);
      }
    }
    return { nodeId, phoneNumber, id: row.id, budgets };
  }

  it.each([
    ['no attempt', [], 'failed', null],
    ['a refusal', ['refused'], 'failed', null],
    ['an attempt whose end is unknown', ['sending'], 'sent', null],
    ['a refusal and then one whose end is unknown', ['refused', 'sending'], 'sent', null],
    ['an attempt that ran out of time', ['timeout'], 'sent', null],
    ['an attempt that was taken', ['refused', 'accepted'], 'sent', 'http'],
  ] as const)('with %s', async (_, attempts, status, channel) => {
    const { nodeId, phoneNumber, budgets } = await leave(attempts);
    const counted = await readBudgets();
    // Many nodes may notice the death in the same moment.
    await Promise.all(Array.from({ length: 20 }, () => h.settleNode(nodeId)));
    const row = await otp.row(phoneNumber);
    expect([row.status, row.channel]).toEqual([status, channel]);
    const after = await readBudgets();
    expect([...after.keys()].filter((name) => !budgets.has(name)).length).toBeGreaterThan(3);
    for (const [name, resetsAt] of after) {
      const isCooldown = name.startsWith('otp-send-cooldown|');
      if (status === 'failed' || (isCooldown && name.includes(phoneNumber) && channel === null)) {
        // As before the send, and not more than that.
        const before = budgets.get(name) ?? 0;
        expect([name, resetsAt <= Math.max(before, h.now().getTime())]).toEqual([name, true]);
        expect([name, resetsAt >= before]).toEqual([name, true]);
      } else {
        expect([name, resetsAt]).toEqual([name, counted.get(name)]);
      }
    }
  });

  itOnOne('is left alone while its node sends, and when it has another owner', async () => {
    const { id, phoneNumber } = await leave([]);
    await h.settleNode('somebody-else');
    expect((await otp.row(phoneNumber)).status).toBe('sent');
    const { verificationId } = await otp.row(phoneNumber);
    const sent = { channel: 'http', messageId: 'late' };
    expect(await createVerificationStore(h.database).markSent(verificationId, sent, h.now())).toBe(
      true,
    );
    await h.settleNode(`dead-${dead}`);
    expect((await otp.row(phoneNumber)).status).toBe('sent');
    expect(id).toBeGreaterThan(0);
  });

  it('one statement decides between settling and a slow send that goes on', async () => {
    const store = createVerificationStore(h.database);
    for (let round = 0; round < 20; round += 1) {
      const { nodeId, phoneNumber } = await leave([]);
      const { verificationId } = await otp.row(phoneNumber);
      const sent = { channel: 'http', messageId: `slow-${nodeId}` };
      const [isNoted] = await Promise.all([
        store.markSent(verificationId, sent, h.now()),
        h.settleNode(nodeId),
      ]);
      const row = await otp.row(phoneNumber);
      expect([row.status, row.channel]).toEqual(isNoted ? ['sent', 'http'] : ['failed', null]);
    }
  });

  itOnOne('tells a slow sender that its send was given up, and never "sent"', async () => {
    const phoneNumber = nextNumber();
    h.gateway.behaveLike(async (_, response) => {
      await h.database.statements.change(
        `UPDATE "otp_logs" SET "status" = 'failed', "activeKey" = NULL WHERE "phoneNumber" = $1`,
        [phoneNumber],
      );
      response.writeHead(204).end();
    });
    const { status, body } = await otp.send(phoneNumber);
    h.gateway.behaveLike();
    expect([status, body.code]).toEqual([503, 'provider_unavailable']);
    expect((await otp.row(phoneNumber)).channel).toBeNull();
  });

  it('frees the Idempotency-Key of its requests, and of no other', async () => {
    const { statements } = h.database;
    const insert = (owner: string, statusCode: number | null) =>
      statements.change(
        `INSERT INTO "idempotency_keys" ("keyDigest", "accountId", "bodyDigest", "owner",
           "lockedUntil", "createdAt", "statusCode") VALUES ($1, 'default', 'b', $1, $3, $3, $2)`,
        [owner, statusCode, h.now().getTime()],
      );
    await insert('gone.1', null);
    await insert('gone.2', 200);
    await insert('gone2.1', null);
    await h.settleNode('gone');
    const rows = await statements.select(
      `SELECT "owner" FROM "idempotency_keys" WHERE "owner" LIKE 'gone%' ORDER BY "owner"`,
      [],
    );
    expect(rows.map((row) => row['owner'])).toEqual(['gone.2', 'gone2.1']);
  });
});
