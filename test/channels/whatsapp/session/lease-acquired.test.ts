import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../../support/database/databases.ts';
import { open } from '../../../support/database/migrated-database.ts';
import { createWhatsAppHarness } from '../../../support/whatsapp/linked-harness.ts';
import { startLab } from '../../../support/whatsapp-lab/lab.ts';

/** Long enough that the node does not look by itself while it is asked. */
const SLOW = { leaseMs: 12_000 };

it('a node that is asked for a session whose keeper has died takes it up, and offers no new QR', async () => {
  const lab = await startLab();
  const database = await createTestDatabase('sqlite');
  const owner = lab.addPhone();
  const first = await createWhatsAppHarness({ lab, database });
  await first.link(owner);
  await first.close();

  const second = await createWhatsAppHarness({
    lab,
    database: await holdElsewhere(database),
    whatsappTiming: SLOW,
  });
  expect(await second.status()).toMatchObject({ state: 'connecting' });
  await pause(700);
  const qr = await second.client.get('/api/sessions/default/qr');
  expect([qr.status, qr.body.code]).toEqual([409, 'session_exists']);
  await second.waitForState(['open'], 'default', 8000);
  expect(owner.devices).toHaveLength(1);

  await second.close();
  await database.drop();
  await lab.close();
});

/** The lease of a node that died somewhere, half a second before it runs out. */
async function holdElsewhere(database: Awaited<ReturnType<typeof createTestDatabase>>) {
  const opened = await open(database);
  await opened.statements.change(
    `UPDATE "leases" SET "owner" = 'a.machine.elsewhere', "heldUntil" = $1 WHERE "name" = 'wa:default'`,
    [Date.now() + 600],
  );
  await opened.close();
  return database;
}
