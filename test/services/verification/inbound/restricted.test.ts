import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { isFull } from '../../../support/full-run.ts';
import { inBatches } from '../../../support/http/otp-calls.ts';
import { type InboundLab, startInboundLab } from '../../../support/verification/inbound-lab.ts';

const STRANGERS = isFull ? 100 : 20;

onOneDatabase('a number that WhatsApp restricts, on %s', (dialect) => {
  let w: InboundLab;
  beforeAll(async () => {
    w = await startInboundLab(dialect, { WHATSAPP_NEW_CONTACTS_PER_DAY: '1' });
  });
  afterAll(() => w.close());

  it('verifies all strangers, half of them by a code that it sends back', async () => {
    w.lab.faults = { onlyKnownChats: true };
    const cold = w.lab.addPhone();
    expect(await w.h.client.post('/api/otp/send', { phoneNumber: cold.number })).toMatchObject({
      status: 502,
    });
    const strangers = Array.from({ length: STRANGERS }, () => w.lab.addPhone());
    const verified = await inBatches(
      strangers,
      async (person, index) => {
        const isNamed = index % 2 === 0;
        const { verificationId, text } = await w.begin(
          isNamed ? { phoneNumber: person.number } : {},
        );
        await w.send(person, text);
        const code = isNamed ? undefined : (await person.nextMessage(30_000)).code;
        await w.untilStatus(verificationId, isNamed ? 'verified' : 'code_sent');
        const { body } = await w.verify(verificationId, code);
        return body.data?.['phoneNumber'];
      },
      10,
    );
    expect(verified).toEqual(strangers.map(({ number }) => number));
    const session = await w.h.client.get('/api/sessions/default');
    expect(session.body.data?.['contactsBlockedUntil']).not.toBeNull();
    // The one cold send has used up the day's budget of new contacts, and nothing else was counted.
    const [used] = await w.h.database.statements.select(
      `SELECT COUNT(*) AS "known" FROM "session_contacts" WHERE "knownAt" IS NOT NULL`,
      [],
    );
    expect(Number(used?.['known'])).toBe(STRANGERS);
    expect(w.lab.unhandled).toEqual([]);
  }, 240_000);
});
