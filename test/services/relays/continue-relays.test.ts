import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ChannelError, type ChannelMessage } from '../../../src/channels/contract.ts';
import type { DeliveryFailureReason } from '../../../src/domain/delivery/delivery.ts';
import { randomId } from '../../../src/lib/crypto/secrets.ts';
import type { EnabledChannel } from '../../../src/services/delivery/context.ts';
import type { RelayContext } from '../../../src/services/relays/context.ts';
import { continueDueRelays } from '../../../src/services/relays/continue-relays.ts';
import { relayMessage } from '../../../src/services/relays/relay-service.ts';
import { continueDueDeliveries } from '../../../src/services/verification/sending/continue-delivery.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { OWNER } from '../../support/owner.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const CODE = '482913';

/** A channel that reports delivery, with the messages that it accepted. */
function createReporter(name: string) {
  const sent: ChannelMessage[] = [];
  let refusal: DeliveryFailureReason | undefined;
  const channel: EnabledChannel = {
    name,
    reportsDelivery: true,
    drawMessageId: () => randomId(16),
    async send(message) {
      if (refusal) throw new ChannelError(refusal, 'it did not work');
      sent.push(message);
      return { messageId: message.messageId, status: 'accepted' };
    },
    close: async () => {},
  };
  const refuse = (reason: DeliveryFailureReason | undefined) => {
    refusal = reason;
  };
  return { channel, sent, refuse };
}

onEveryDatabase('a relayed message on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const nextNumber = createPhoneNumbers();
  const [first, second] = [createReporter('first'), createReporter('second')];
  let h: Harness;
  let ctx: RelayContext;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { DELIVERY_WAIT_SECONDS: '30' } });
    const channels = [first.channel, second.channel];
    ctx = { ...h.relays, delivery: { ...h.relays.delivery, channels } };
  });
  beforeEach(() => {
    for (const { sent, refuse } of [first, second]) {
      sent.length = 0;
      refuse(undefined);
    }
  });
  afterAll(() => h.close());

  async function relay(event?: string) {
    const { relayId } = await relayMessage(ctx, {
      ...{ caller: OWNER, recipient: { phoneNumber: nextNumber(), region: 'ID' }, code: CODE },
      ...{ purpose: 'login', text: undefined, locale: 'en', companyName: undefined },
      ...{ ttlSeconds: 300, channels: undefined, hookId: undefined },
      event: event === undefined ? undefined : { id: event, windowSeconds: 600 },
    });
    return relayId;
  }

  async function rowOf(relayId: string) {
    const [row] = await h.database.models.RelayedMessage.findRows({ where: { relayId } });
    if (!row) throw new Error('there is no such message');
    return { ...row, isSealed: row.sealedMessage !== undefined };
  }

  async function after(seconds: number) {
    h.advance(seconds);
    await continueDueRelays(ctx);
  }

  const idOf = (messages: readonly ChannelMessage[]) => messages.at(-1)?.messageId ?? '';

  it('takes the next step if the first does not arrive in time, once', async () => {
    const relayId = await relay();
    expect(await rowOf(relayId)).toMatchObject({ status: 'accepted', isSealed: true });
    await after(15);
    expect(second.sent).toEqual([]);
    h.advance(16);
    // Deliveries of codes are another queue.
    await continueDueDeliveries(h.verification);
    await Promise.all([continueDueRelays(ctx), continueDueRelays(ctx), continueDueRelays(ctx)]);
    expect(second.sent.map(({ code, verificationId }) => [code, verificationId])).toEqual([
      [CODE, relayId],
    ]);
    expect(await rowOf(relayId)).toMatchObject({ channel: 'second', isSealed: false });
  });

  itOnOne('erases what it needs to send again as soon as the message has arrived', async () => {
    const relayId = await relay();
    await h.relays.delivery.deliveries.markDelivered(idOf(first.sent), undefined, h.now());
    expect(await rowOf(relayId)).toMatchObject({ isSealed: false, eraseAt: undefined });
    await after(31);
    expect(second.sent).toEqual([]);
  });

  itOnOne(
    'erases it with the last step, when all have failed, and when the code is over',
    async () => {
      first.refuse('refused');
      const last = await relay();
      expect(await rowOf(last)).toMatchObject({ status: 'accepted', isSealed: false });
      second.refuse('refused');
      await expect(relay('failing')).rejects.toMatchObject({ code: 'delivery_failed' });
      const rows = await h.database.models.RelayedMessage.findRows({ where: { status: 'failed' } });
      expect(rows.map(({ sealedMessage, eventKey }) => [sealedMessage, eventKey])).toEqual([
        [undefined, undefined],
      ]);
      first.refuse(undefined);
      second.refuse(undefined);
      const waiting = await relay();
      expect((await rowOf(waiting)).isSealed).toBe(true);
      await h.database.statements.change(
        `UPDATE "deliveries" SET "dueAt" = NULL WHERE "verificationId" = $1`,
        [waiting],
      );
      await after(301);
      expect((await rowOf(waiting)).isSealed).toBe(false);
    },
  );

  it('goes on after its node died, and never with a code that is over', async () => {
    const [relayId, late] = [await relay(), await relay()];
    second.sent.length = 0;
    // As if both nodes had died while the first channel was sending.
    await h.database.statements.change(
      `UPDATE "deliveries" SET "status" = 'sending', "claimedBy" = 'dead', "claimedUntil" = $2, "dueAt" = $2
       WHERE "verificationId" IN ($1, $3)`,
      [relayId, h.now(), late],
    );
    await h.database.statements.change(
      `UPDATE "relayed_messages" SET "eraseAt" = $2 WHERE "relayId" = $1`,
      [late, h.now()],
    );
    await after(1);
    expect(second.sent.map(({ verificationId }) => verificationId)).toEqual([relayId]);
    expect((await rowOf(late)).isSealed).toBe(false);
  });

  itOnOne(
    'has failed if the provider of its last step reports that it did not arrive',
    async () => {
      const relayId = await relay();
      await after(31);
      const { deliveries } = h.relays.delivery;
      const failure = { reason: 'refused', details: 'blocked' } as const;
      for (const { sent } of [first, second]) {
        await deliveries.markFailedLate(idOf(sent), failure, h.now());
      }
      await after(1);
      expect(await rowOf(relayId)).toMatchObject({ status: 'failed', reason: 'delivery_failed' });
    },
  );

  itOnOne('can be sent again if its node died before it was in the queue', async () => {
    const id = 'interrupted';
    await relay(id);
    await h.database.statements.change(
      `DELETE FROM "deliveries" WHERE "verificationId" IN
         (SELECT "relayId" FROM "relayed_messages" WHERE "eventKey" IS NOT NULL)`,
      [],
    );
    await h.database.statements.change(
      `UPDATE "relayed_messages" SET "status" = 'received' WHERE "eventKey" IS NOT NULL`,
      [],
    );
    const before = first.sent.length;
    await relay(id);
    expect(first.sent.length).toBe(before);
    h.advance(16);
    await relay(id);
    expect(first.sent.length).toBe(before + 1);
  });
});
