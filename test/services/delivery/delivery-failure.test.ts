import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Channel, ChannelError } from '../../../src/channels/contract.ts';
import type { DeliveryFailureReason } from '../../../src/domain/delivery/delivery.ts';
import { createBoundedQueue } from '../../../src/lib/concurrency/bounded-queue.ts';
import { randomId } from '../../../src/lib/crypto/secrets.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import { systemClock } from '../../../src/lib/time/clock.ts';
import { createCircuits } from '../../../src/services/delivery/circuits.ts';
import { deliver } from '../../../src/services/delivery/deliver.ts';
import { createTextContext } from '../../../src/services/delivery/templates/message-text.ts';
import { planDelivery } from '../../../src/services/delivery/workflow.ts';
import { createMetrics } from '../../../src/services/operations/metrics-service.ts';
import { createDeliveryStore } from '../../../src/storage/delivery/delivery-store.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { newVerification } from '../../support/database/new-verification.ts';

const MESSAGE = {
  accountId: 'default',
  recipient: '+6281234567890',
  code: '123456',
  writeText: async () => '123456 is your verification code.',
  verificationId: 'verification',
  sessions: undefined,
  sessionId: 'default',
  locale: 'en',
  companyName: undefined,
  ttlSeconds: 300,
} as const;

/** A channel that refuses for one reason, or never settles at all. */
function createBadChannel(name: string, reason: DeliveryFailureReason | 'silent'): Channel {
  return {
    name,
    drawMessageId: () => randomId(16),
    send: () =>
      reason === 'silent'
        ? new Promise(() => {})
        : Promise.reject(new ChannelError(reason, 'it did not work')),
    close: async () => {},
  };
}

describe('a delivery that no channel takes', () => {
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await createMigratedDatabase('sqlite');
  });
  afterAll(() => migrated.close());

  async function deliverBy(reasons: readonly (DeliveryFailureReason | 'silent')[]) {
    const names = ['http', 'console'] as const;
    const metrics = createMetrics({
      hashing: createBoundedQueue({ concurrency: 1, queueLimit: 1 }),
    });
    const logger = createLogger('silent');
    const ctx = {
      deliveries: createDeliveryStore(migrated.database),
      texts: createTextContext({ listAll: async () => [] }, createLogger('silent')),
      channels: reasons.map((reason, index) => createBadChannel(names[index] ?? 'http', reason)),
      recallWorkflow: async () => [],
      timeoutSeconds: 0.2,
      waitSeconds: 30,
      goal: 'delivered' as const,
      circuits: createCircuits({ metrics, logger }),
      nodeId: 'node',
      ...{ metrics, logger },
      now: systemClock,
    };
    const plan = await planDelivery(ctx, 'default');
    const verifications = createVerificationStore(migrated.database);
    const created = newVerification(ctx.now(), { sealedMessage: 'sealed' });
    const { verificationId } = created;
    await verifications.open(created, ctx.now(), { delivery: plan.first });
    return deliver(ctx, { ...MESSAGE, verificationId }, plan);
  }

  it.each([
    [['not_on_channel'], 'recipient_unreachable', false],
    [['not_on_channel', 'not_on_channel'], 'recipient_unreachable', false],
    [['not_on_channel', 'refused'], 'delivery_failed', false],
    [['refused', 'misconfigured'], 'delivery_failed', false],
    [['not_on_channel', 'unavailable'], 'provider_unavailable', false],
    [['unavailable', 'refused'], 'provider_unavailable', false],
    [['refused', 'timeout'], 'provider_unavailable', true],
    [['timeout', 'not_on_channel'], 'provider_unavailable', true],
  ] as const)('for the reasons %j is %s', async (reasons, code, mayHaveArrived) => {
    const result = await deliverBy(reasons);
    expect(result).toMatchObject({ isAccepted: false, error: { code }, mayHaveArrived });
  });

  it('ends at the deadline, whether or not the channels heed it', async () => {
    const startedAt = performance.now();
    const result = await deliverBy(['silent', 'silent']);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(result).toMatchObject({ error: { code: 'provider_unavailable' }, mayHaveArrived: true });
    const rows = await migrated.database.models.Delivery.findAll({ order: [['id', 'DESC']] });
    expect(rows.slice(0, 2).map(({ reason }) => reason)).toEqual(['timeout', 'timeout']);
  });
});
