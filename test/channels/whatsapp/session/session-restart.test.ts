import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { waitFor } from '../../../support/wait-for.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { inShort, readHistory, trailOf } from '../../../support/whatsapp/session-log.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

onOneDatabase('a service that is stopped and started again on %s', (dialect) => {
  let lab: Lab;
  let database: TestDatabase;
  let h: WhatsAppHarness;
  let owner: Phone;
  let alice: Phone;
  let stranger: Phone;

  const start = () => createWhatsAppHarness({ lab, database, whatsappTiming: { connectMs: 5000 } });

  async function talk(phone: Phone, message: string): Promise<void> {
    const { status } = await h.client.post('/api/sessions/default/send-message', {
      to: phone.number,
      message,
    });
    expect(status).toBe(200);
    expect((await phone.nextMessage()).text).toBe(message);
  }

  beforeAll(async () => {
    lab = await startLab();
    database = await createTestDatabase(dialect);
    [owner, alice, stranger] = [lab.addPhone(), lab.addPhone(), lab.addPhone()];
    h = await start();
    await h.link(owner);
    await talk(alice, 'before');
    await alice.sendText(owner.pn, 'an answer');
  });
  afterEach(() => expect(lab.unhandled).toEqual([]));
  afterAll(async () => {
    await h.close();
    await database.drop();
    await lab.close();
  });

  it('is linked without a scan, and takes its conversations up where they were', async () => {
    for (let round = 1; round <= 2; round += 1) {
      const before = h;
      await before.close();
      await waitFor(() => lab.connectionsOf(owner.pn) === 0 || undefined, 'the line to be left');
      expect(inShort(trailOf(before, 'default')).at(-1)).toBe('connecting (not_kept)');
      expect(before.logLines.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
      expect(owner.devices).toEqual([1]);
      const written = await alice.sendText(owner.pn, `while you were away ${round}`);

      h = await start();
      await h.waitForState(['open']);
      expect(inShort(trailOf(h, 'default'))).toEqual(['connecting', 'open']);
      expect([owner.devices, lab.logins(owner.pn)]).toEqual([[1], 1 + round]);
      await waitFor(() => alice.receipts.find(({ id }) => id === written), 'the receipt');
      await talk(alice, `after ${round}`);
    }
    await talk(stranger, 'pleased to meet you');
    expect(alice.duplicates).toBe(0);
    expect(alice.receipts.filter(({ type }) => type === 'retry')).toEqual([]);
    const history = await readHistory(h, 'default');
    expect(history.filter((line) => line === 'connection_close: success (stopped)')).toHaveLength(
      2,
    );
    expect(history.filter((line) => line === 'connection_open: success')).toHaveLength(3);
    const { body } = await h.client.get('/api/sessions/default');
    expect(body.data).toMatchObject({ state: 'open', phoneNumber: owner.number, keptHere: true });
  });

  it('leaves a number that another program took over alone, until a person restarts it', async () => {
    lab.end('conflict', owner.pn);
    await h.waitForState(['replaced']);
    await h.close();
    const logins = lab.logins(owner.pn);
    h = await start();
    expect(await h.status()).toMatchObject({ state: 'replaced', status: 'error' });
    expect([lab.logins(owner.pn), lab.connectionsOf(owner.pn)]).toEqual([logins, 0]);
    await h.client.post('/api/sessions/default/restart', {});
    await h.waitForState(['open']);
    await talk(alice, 'back again');
  });
});
