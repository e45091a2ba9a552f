import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createSealer } from '../../src/lib/crypto/encryption.ts';
import { createSecretKey } from '../../src/lib/crypto/secrets.ts';
import { openHookSecrets, sealHookSecret } from '../../src/services/hooks/hook-secrets.ts';
import { resealSecrets } from '../../src/services/operations/reseal-secrets.ts';
import { openSecrets, sealSecret } from '../../src/services/webhooks/webhook-secrets.ts';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { itOnOneDatabase, onEveryDatabase } from '../support/database/lanes.ts';
import { createHarness, type Harness, SECRET_KEY } from '../support/http/harness.ts';

const OLD_KEY = 'old-secret-0123456789abcdef0123456789abcdef';
const LOST_KEY = 'lost-secret-0123456789abcdef0123456789abcdef';
const LATER = new Date('2100-01-01T00:00:00Z');

const versionOf = (key: string) => createSecretKey(key).version;
const sealerOf = (key: string, label: 'webhook' | 'hook') =>
  createSealer({ current: createSecretKey(key), previous: undefined }, label);

onEveryDatabase('sealing secrets with a new SECRET_KEY on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let database: TestDatabase;
  let h: Harness;

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    h = await createHarness({ database, env: { SECRET_KEY_PREVIOUS: OLD_KEY } });
  });
  afterAll(async () => {
    await h.close();
    await database.drop();
  });
  beforeEach(async () => {
    const { Webhook, Hook, Node } = h.database.models;
    await Webhook.destroy({ where: {} });
    await Hook.destroy({ where: {} });
    await Node.destroy({ where: { id: 'another' } });
  });

  async function addWebhook(
    webhookId: string,
    key: string,
    previousKey?: string,
    previousUntil = LATER,
  ): Promise<void> {
    const seal = (text: string, by: string) => sealSecret(sealerOf(by, 'webhook'), webhookId, text);
    const at = new Date();
    await h.database.models.Webhook.insertRow({
      ...{ webhookId, accountId: 'default', url: 'https://x.example/', events: ['*'] },
      ...{ isActive: false, sealedSecret: seal(`${webhookId} now`, key) },
      ...(previousKey && {
        sealedPreviousSecret: seal(`${webhookId} before`, previousKey),
        previousUntil,
      }),
      ...{ createdAt: at, updatedAt: at },
    });
  }

  async function addHook(hookId: string, key: string): Promise<void> {
    const at = new Date();
    await h.database.models.Hook.insertRow({
      ...{ hookId, accountId: 'default', dialect: 'generic', mode: 'live', codeTtlSeconds: 300 },
      ...{ sealedSecret: sealHookSecret(sealerOf(key, 'hook'), hookId, `${hookId} now`) },
      ...{ createdAt: at, updatedAt: at },
    });
  }

  async function readWebhook(webhookId: string) {
    const row = await h.database.models.Webhook.findOne({ where: { webhookId } });
    if (!row) throw new Error(`no webhook ${webhookId}`);
    const { sealedSecret, sealedPreviousSecret, previousUntil } = row;
    return {
      webhookId,
      sealedSecret,
      sealedPreviousSecret: sealedPreviousSecret ?? undefined,
      previousUntil: previousUntil ?? undefined,
    };
  }

  const onlyCurrent = (label: 'webhook' | 'hook') => sealerOf(SECRET_KEY, label);

  it('leaves nothing that needs the old key, and changes no secret', async () => {
    await addWebhook('wh_old', OLD_KEY, OLD_KEY);
    await addWebhook('wh_rotated', SECRET_KEY, OLD_KEY);
    await addHook('hk_old', OLD_KEY);
    await resealSecrets(h.resealing);
    for (const webhookId of ['wh_old', 'wh_rotated']) {
      expect(openSecrets(onlyCurrent('webhook'), await readWebhook(webhookId), new Date())).toEqual(
        [`${webhookId} now`, `${webhookId} before`],
      );
    }
    const hook = await h.database.models.Hook.findOne({ where: { hookId: 'hk_old' } });
    const { sealedSecret = '' } = hook ?? {};
    const secret = { sealedSecret, sealedPreviousSecret: undefined, previousUntil: undefined };
    expect(
      openHookSecrets(onlyCurrent('hook'), { hookId: 'hk_old', ...secret }, new Date()),
    ).toEqual(['hk_old now']);
  });

  itOnOne('leaves what is sealed with the current key as it is', async () => {
    await addWebhook('wh_new', SECRET_KEY);
    const before = await readWebhook('wh_new');
    await resealSecrets(h.resealing);
    expect(await readWebhook('wh_new')).toEqual(before);
  });

  it('waits while a node without the new key is alive', async () => {
    await addWebhook('wh_old', OLD_KEY);
    await h.database.models.Node.insertRow({
      ...{ id: 'another', process: 'p', host: 'h', processId: 1, startedAt: Date.now() },
      ...{ version: '0', beat: 1, seenAt: Date.now(), aliveUntil: Date.now() + 60_000 },
      ...{ isSettled: false, secretVersions: versionOf(OLD_KEY) },
    });
    await resealSecrets(h.resealing);
    expect((await readWebhook('wh_old')).sealedSecret).toMatch(`${versionOf(OLD_KEY)}.`);
    await h.database.models.Node.update(
      { secretVersions: [OLD_KEY, SECRET_KEY].map(versionOf).join() },
      { where: { id: 'another' } },
    );
    await resealSecrets(h.resealing);
    expect((await readWebhook('wh_old')).sealedSecret).toMatch(`${versionOf(SECRET_KEY)}.`);
  });

  itOnOne('names a secret of a lost key, and goes on', async () => {
    await addWebhook('wh_lost', LOST_KEY);
    await addWebhook('wh_old', OLD_KEY);
    await resealSecrets(h.resealing);
    expect((await readWebhook('wh_lost')).sealedSecret).toMatch(`${versionOf(LOST_KEY)}.`);
    expect((await readWebhook('wh_old')).sealedSecret).toMatch(`${versionOf(SECRET_KEY)}.`);
    expect(h.logLines.some((line) => line.includes('wh_lost'))).toBe(true);
  });

  itOnOne(
    'removes a previous secret that is no longer valid, even if its key is lost',
    async () => {
      await addWebhook('wh_old', OLD_KEY, LOST_KEY, new Date(Date.now() - 1000));
      await resealSecrets(h.resealing);
      const webhook = await readWebhook('wh_old');
      expect(webhook.sealedPreviousSecret).toBeUndefined();
      expect(openSecrets(onlyCurrent('webhook'), webhook, new Date())).toEqual(['wh_old now']);
    },
  );

  it('never takes back a rotation of the same moment', async () => {
    const rotated = sealSecret(onlyCurrent('webhook'), 'wh_old', 'rotated');
    for (let round = 0; round < 10; round += 1) {
      await h.database.models.Webhook.destroy({ where: {} });
      await addWebhook('wh_old', OLD_KEY);
      await Promise.all([
        resealSecrets(h.resealing),
        h.database.models.Webhook.update(
          { sealedSecret: rotated },
          { where: { webhookId: 'wh_old' } },
        ),
        resealSecrets({ ...h.resealing, owner: 'another' }),
      ]);
      expect((await readWebhook('wh_old')).sealedSecret).toBe(rotated);
    }
  });
});
