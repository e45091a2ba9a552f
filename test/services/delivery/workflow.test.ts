import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ChannelError, type ChannelMessage } from '../../../src/channels/contract.ts';
import type { DeliveryFailureReason } from '../../../src/domain/delivery/delivery.ts';
import type { WorkflowStep } from '../../../src/domain/delivery/workflow.ts';
import type { AppError } from '../../../src/domain/errors.ts';
import { randomId } from '../../../src/lib/crypto/secrets.ts';
import type { EnabledChannel } from '../../../src/services/delivery/context.ts';
import { findCallbackReceiver } from '../../../src/services/delivery/receive-callback.ts';
import type { VerificationContext } from '../../../src/services/verification/context.ts';
import type { StartRequest } from '../../../src/services/verification/create-verification.ts';
import { expireVerification } from '../../../src/services/verification/expire-verification.ts';
import { continueDueDeliveries } from '../../../src/services/verification/sending/continue-delivery.ts';
import { sendNext } from '../../../src/services/verification/sending/send-next.ts';
import { startVerification } from '../../../src/services/verification/start-verification.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, inParallel, type OtpCalls } from '../../support/http/otp-calls.ts';
import { callerOf, OWNER } from '../../support/owner.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

/** A channel that reports delivery, with the messages that it accepted. */
function createReporter(name: string) {
  const sent: ChannelMessage[] = [];
  let refusal: DeliveryFailureReason | undefined;
  let answer: ((message: ChannelMessage) => Promise<void>) | undefined;
  const channel: EnabledChannel = {
    name,
    reportsDelivery: true,
    drawMessageId: () => randomId(16),
    async send(message) {
      if (refusal) throw new ChannelError(refusal, 'it did not work');
      await answer?.(message);
      sent.push(message);
      return {
        messageId: message.messageId,
        status: 'accepted',
        providerMessageId: `P${message.messageId}`,
      };
    },
    readCallback: async ({ body }) => ({ receipts: [JSON.parse(body.toString())] }),
    close: async () => {},
  };
  const refuse = (reason: DeliveryFailureReason | undefined) => {
    refusal = reason;
  };
  /** What happens between the message and the answer to it. */
  const answerLate = (how: (message: ChannelMessage) => Promise<void>) => {
    answer = how;
  };
  const clear = () => {
    sent.length = 0;
    refusal = undefined;
    answer = undefined;
  };
  return { channel, sent, refuse, answerLate, clear };
}

onEveryDatabase('a workflow on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const [first, second, third] = ['first', 'second', 'third'].map(createReporter) as [
    ReturnType<typeof createReporter>,
    ReturnType<typeof createReporter>,
    ReturnType<typeof createReporter>,
  ];
  let h: Harness;
  let otp: OtpCalls;
  let ctx: VerificationContext;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { DELIVERY_WAIT_SECONDS: '30' } });
    otp = createOtpCalls(h);
    const channels = [first, second, third].map(({ channel }) => channel);
    ctx = { ...h.verification, delivery: { ...h.verification.delivery, channels } };
  });
  beforeEach(() => {
    for (const { clear } of [first, second, third]) clear();
  });
  afterAll(() => h.close());

  function toRequest(phoneNumber: string): StartRequest {
    const recipient = { phoneNumber, region: 'ID' };
    const wishes = { companyName: 'Kopi', channel: undefined, locale: 'en' };
    return { caller: OWNER, recipient, purpose: 'login', sessionId: undefined, ...wishes };
  }

  async function send(workflow?: readonly WorkflowStep[], phoneNumber = nextNumber()) {
    const started = await startVerification(ctx, { ...toRequest(phoneNumber), workflow });
    return { ...started, target: targetOf(started.verificationId) };
  }

  /** Asks for the code again, as soon as that is allowed. */
  function resend(phoneNumber: string, changes: Partial<StartRequest> = {}) {
    h.advance(61);
    return startVerification(ctx, { ...toRequest(phoneNumber), isResend: true, ...changes });
  }

  const targetOf = (verificationId: string) => ({
    ref: { accountId: OWNER.accountId, verificationId },
    sessionId: undefined,
    purpose: undefined,
  });

  /** What is sent when this much time has passed. */
  async function after(seconds: number): Promise<void> {
    h.advance(seconds);
    await continueDueDeliveries(ctx);
  }

  async function report(channel: string, receipt: object): Promise<void> {
    const callbackUrls = { isToken: () => true };
    const callbacks = { ...ctx.delivery, callbackUrls, onText: async () => {} };
    const { receive } = findCallbackReceiver(callbacks, { channel, token: '' });
    const body = Buffer.from(JSON.stringify(receipt));
    await receive({ method: 'POST', url: '', headers: {}, body });
  }

  async function deliveriesOf(verificationId: string) {
    const rows = await h.database.models.Delivery.findAll({
      where: { verificationId },
      order: ['id'],
    });
    return rows.map(({ channel, status }) => [channel, status]);
  }

  /** How many messages each channel sent for a verification. */
  const counts = (verificationId: string) =>
    [first, second, third].map(
      ({ sent }) => sent.filter((message) => message.verificationId === verificationId).length,
    );

  itOnOne(
    'starts the next step with the same code when the message is not delivered in time',
    async () => {
      const { verificationId } = await send();
      await after(29);
      expect(counts(verificationId)).toEqual([1, 0, 0]);
      await after(2);
      expect(counts(verificationId)).toEqual([1, 1, 0]);
      expect(second.sent[0]).toMatchObject({ code: first.sent[0]?.code, companyName: 'Kopi' });
      await after(31);
      await after(31);
      expect(counts(verificationId)).toEqual([1, 1, 1]);
      expect(await deliveriesOf(verificationId)).toEqual([
        ['first', 'accepted'],
        ['second', 'accepted'],
        ['third', 'accepted'],
      ]);
    },
  );

  itOnOne('ends when the message is delivered', async () => {
    const { messageId, verificationId } = await send();
    await report('first', { messageId, status: 'delivered' });
    await after(31);
    expect(counts(verificationId)).toEqual([1, 0, 0]);
  });

  itOnOne('waits until the message is read, if that is the goal', async () => {
    const step = { waitSeconds: 30, until: 'read' } as const;
    const { messageId, verificationId } = await send([
      { channel: 'first', ...step },
      { channel: 'second', ...step },
      { channel: 'third', ...step },
    ]);
    await report('first', { providerMessageId: `P${messageId}`, status: 'delivered' });
    await after(31);
    expect(counts(verificationId)).toEqual([1, 1, 0]);
    await report('first', { messageId, status: 'read' });
    await after(31);
    expect(counts(verificationId)).toEqual([1, 1, 0]);
  });

  itOnOne('sends nothing after the verification has ended, and keeps nothing sealed', async () => {
    const { target, phoneNumber, verificationId } = await send();
    const sealed = (await otp.row(phoneNumber)).sealedMessage ?? '';
    expect(sealed).toMatch(/^[0-9a-f]{8}[.][\w-]{100,}$/);
    expect(await expireVerification(ctx, OWNER, target)).toBe(1);
    expect((await otp.row(phoneNumber)).sealedMessage).toBeNull();
    await after(31);
    expect(counts(verificationId)).toEqual([1, 0, 0]);
  });

  itOnOne('sends nothing for a code that is verified, or replaced', async () => {
    const { phoneNumber, verificationId } = await send();
    expect((await otp.verify(phoneNumber, first.sent[0]?.code ?? '')).status).toBe(200);
    const replaced = await send();
    h.advance(61);
    await send(undefined, replaced.phoneNumber);
    await after(0);
    expect(counts(verificationId)).toEqual([1, 0, 0]);
    expect(counts(replaced.verificationId)).toEqual([1, 0, 0]);
    expect((await otp.row(phoneNumber)).sealedMessage).toBeNull();
  });

  itOnOne(
    'goes on at once when a channel refuses, and when an accepted message fails',
    async () => {
      first.refuse('not_on_channel');
      const { verificationId, messageId, channel } = await send();
      expect(channel).toBe('second');
      await report('second', { messageId, status: 'failed', reason: 'refused', details: 'absent' });
      await after(0);
      expect(counts(verificationId)).toEqual([0, 1, 1]);
      expect(await deliveriesOf(verificationId)).toEqual([
        ['first', 'failed'],
        ['second', 'failed'],
        ['third', 'accepted'],
      ]);
    },
  );

  itOnOne('does not go on when the traffic is blocked as fraud', async () => {
    first.refuse('fraud_blocked');
    await expect(send()).rejects.toMatchObject({ code: 'delivery_failed' });
    expect(second.sent).toEqual([]);
  });

  itOnOne('never lets a report take a message back', async () => {
    const { verificationId, messageId } = await send();
    await report('first', { messageId, status: 'read' });
    await report('first', { messageId, status: 'delivered' });
    await report('first', { messageId, status: 'failed', reason: 'refused', details: 'late' });
    await report('second', { messageId, status: 'failed', reason: 'refused', details: 'foreign' });
    await after(31);
    expect(await deliveriesOf(verificationId)).toEqual([['first', 'read']]);
  });

  it('takes each step once, whoever starts it', async () => {
    const { target, verificationId } = await send();
    h.advance(31);
    await inParallel(20, async (i) => {
      if (i % 2 === 0) await continueDueDeliveries(ctx);
      else await sendNext(ctx, OWNER, target).catch(() => {});
    });
    const [, ofSecond = 0, ofThird = 0] = counts(verificationId);
    expect(ofSecond).toBe(1);
    // A caller who asks again after the second step gets the third.
    expect(ofThird).toBeLessThanOrEqual(1);
  });

  itOnOne('takes the next step when a person asks for another way', async () => {
    const { target, verificationId } = await send();
    const next = await sendNext(ctx, OWNER, target);
    expect(next).toMatchObject({ verificationId, channel: 'second' });
    expect((await sendNext(ctx, OWNER, target)).channel).toBe('third');
    await expect(sendNext(ctx, OWNER, target)).rejects.toMatchObject({ code: 'no_next_step' });
    await after(100);
    expect(counts(verificationId)).toEqual([1, 1, 1]);
  });

  it('goes on after a node that died while it was sending', async () => {
    const { verificationId } = await send();
    const [row] = await h.database.models.Delivery.findAll({ where: { verificationId } });
    const claim = { nodeId: 'dead', until: new Date(h.now().getTime() + 20_000) };
    const [claimed] = [{ id: Number(row?.id) }];
    await h.database.statements.change(
      `UPDATE "deliveries" SET "claimedBy" = 'dead', "claimedUntil" = $2, "dueAt" = $2 WHERE "id" = $1`,
      [claimed?.id ?? 0, claim.until],
    );
    const stuck = { verificationId, channel: 'second', messageId: randomId(16), step: 1 } as const;
    await ctx.deliveries.beginNext(
      { id: claimed?.id ?? 0 },
      { accountId: 'default', sessionId: 'default', until: 'delivered', ...stuck },
      h.now(),
      claim,
    );
    await after(19);
    expect(counts(verificationId)).toEqual([1, 0, 0]);
    await after(2);
    expect(counts(verificationId)).toEqual([1, 0, 1]);
    expect(await deliveriesOf(verificationId)).toEqual([
      ['first', 'accepted'],
      ['second', 'unknown'],
      ['third', 'accepted'],
    ]);
  });

  itOnOne('cannot be opened in the row of another verification', async () => {
    const [one, other] = [await send(), await send()];
    const { sealedMessage } = await otp.row(one.phoneNumber);
    await h.database.statements.change(
      'UPDATE "otp_logs" SET "sealedMessage" = $1 WHERE "verificationId" = $2',
      [sealedMessage ?? '', other.verificationId],
    );
    await after(31);
    expect(counts(one.verificationId)).toEqual([1, 1, 0]);
    expect(counts(other.verificationId)).toEqual([1, 0, 0]);
  });

  itOnOne('starts again with a resend, whatever became of the message before', async () => {
    const { verificationId, messageId, phoneNumber } = await send();
    await report('first', { messageId, status: 'delivered' });
    expect((await resend(phoneNumber)).verificationId).toBe(verificationId);
    await after(31);
    expect(counts(verificationId)).toEqual([2, 1, 0]);
  });

  itOnOne(
    'does not send a code again to where it was not sent, nor for a key that may not use it',
    async () => {
      const { verificationId, phoneNumber } = await send();
      const elsewhere = [
        { email: 'other@example.com' },
        { sessionId: 'other' },
        { caller: callerOf('default', { restrictions: { sessions: ['other'] } }) },
      ];
      for (const changes of elsewhere) {
        const other = await resend(phoneNumber, changes);
        expect(other.verificationId).not.toBe(verificationId);
        h.advance(3600);
      }
    },
  );

  itOnOne('takes no step for a key that may not send to the region', async () => {
    const { target } = await send();
    const abroad = callerOf('default', { restrictions: { regions: ['MY'] } });
    await expect(sendNext(ctx, abroad, target)).rejects.toMatchObject({ code: 'forbidden' });
  });

  itOnOne('counts each step like a send', async () => {
    const { target, phoneNumber, verificationId } = await send();
    await resend(phoneNumber);
    await resend(phoneNumber);
    await expect(sendNext(ctx, OWNER, target)).rejects.toMatchObject({ code: 'rate_limited' });
    await after(31);
    expect(counts(verificationId)).toEqual([3, 0, 0]);
  });

  itOnOne('stops when an accepted message turns out to be blocked as fraud', async () => {
    const { verificationId, messageId } = await send();
    const fraud = { status: 'failed', reason: 'fraud_blocked', details: 'blocked' };
    await report('first', { messageId, ...fraud });
    await after(31);
    expect(counts(verificationId)).toEqual([1, 0, 0]);
  });

  itOnOne(
    'sends by no other channel once the code is verified, although the first did not answer',
    async () => {
      const phoneNumber = nextNumber();
      first.answerLate(async ({ code }) => {
        await otp.verify(phoneNumber, code);
        throw new ChannelError('timeout', 'it did not answer');
      });
      const failed = await send(undefined, phoneNumber).catch((error: AppError) => error);
      expect(failed).toMatchObject({ code: 'provider_unavailable' });
      expect(second.sent).toEqual([]);
      expect((await otp.row(phoneNumber)).status).toBe('verified');
    },
  );

  itOnOne('takes a message as accepted that arrives before its channel fails', async () => {
    first.answerLate(async ({ messageId }) => {
      await report('first', { messageId, status: 'delivered' });
      throw new ChannelError('timeout', 'it did not answer');
    });
    const { channel, verificationId } = await send();
    expect(channel).toBe('first');
    expect(await deliveriesOf(verificationId)).toEqual([['first', 'delivered']]);
    await after(31);
    expect(second.sent).toEqual([]);
  });

  itOnOne('refuses a step whose channel is not enabled, when it is asked for', async () => {
    const step = { channel: 'pigeon', waitSeconds: 30, until: 'accepted' } as const;
    await expect(send([step])).rejects.toMatchObject({
      code: 'validation_failed',
      message:
        'workflow.0.channel: has "pigeon", which is not enabled. Enabled channels: first, second, third',
    });
  });
});
