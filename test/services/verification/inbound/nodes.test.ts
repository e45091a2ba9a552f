import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../support/database/databases.ts';
import { itOnOneServer, onEveryServer } from '../../../support/database/lanes.ts';
import { openEvents } from '../../../support/http/event-stream.ts';
import { readWaiting } from '../../../support/verification/inbound-lab.ts';
import {
  createWhatsAppHarness,
  type WhatsAppHarness,
} from '../../../support/whatsapp/linked-harness.ts';
import { type Lab, type Phone, startLab } from '../../../support/whatsapp-lab/lab.ts';

const INBOUND = { method: 'inbound', companyName: 'Kopi & Roti' };

onEveryServer('two nodes on %s', (dialect) => {
  let database: TestDatabase;
  let lab: Lab;
  let owner: Phone;
  let host: WhatsAppHarness;
  let other: WhatsAppHarness;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    lab = await startLab();
    owner = lab.addPhone();
    // The session stays where it was linked.
    const options = { lab, database, whatsappTiming: { spreadMs: 600_000, leaseMs: 15_000 } };
    host = await createWhatsAppHarness(options);
    await host.link(owner);
    other = await createWhatsAppHarness(options);
  });
  afterAll(async () => {
    await other.close();
    await host.close();
    await lab.close();
    await database.drop();
  });

  it('wakes the caller on the node that does not host the session', async () => {
    const person = lab.addPhone();
    const started = await other.client.post('/api/otp/send', {
      ...INBOUND,
      phoneNumber: person.number,
    });
    const { verificationId, text } = readWaiting(started);
    const stream = await openEvents(other.url, `/api/otp/inbound/${verificationId}/events`);
    await stream.until(() => stream.events.length === 1, 'first event');
    await person.sendText(owner.pn, text);
    await stream.untilEnd();
    expect(stream.events.map(({ data }) => (data as { status: string }).status)).toEqual([
      'waiting',
      'verified',
    ]);
    const verify = (node: WhatsAppHarness) =>
      node.client.post('/api/otp/verify', { verificationId });
    const answers = await Promise.all([host, other, host, other].map(verify));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  itOnOneServer(dialect)('checks a code on one node that the other has sent back', async () => {
    const person = lab.addPhone();
    const { verificationId, text } = readWaiting(await other.client.post('/api/otp/send', INBOUND));
    await person.sendText(owner.pn, text);
    const { code: otp } = await person.nextMessage();
    expect(await other.client.post('/api/otp/verify', { verificationId, otp })).toMatchObject({
      status: 200,
      body: { data: { phoneNumber: person.number } },
    });
  });

  it('admits five open verifications for an address, whichever nodes are asked', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? host : other).client.post('/api/otp/send', {
          ...INBOUND,
          clientIp: '203.0.113.9',
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  });
});
