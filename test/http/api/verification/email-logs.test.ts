import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import type { Answer } from '../../../support/http/client.ts';
import {
  createEmailCalls,
  createMailHarness,
  type EmailCalls,
  nextAddress,
} from '../../../support/http/email-calls.ts';
import type { Harness } from '../../../support/http/harness.ts';
import { wrongCodes } from '../../../support/http/otp-calls.ts';

type Items = { readonly items: readonly Readonly<Record<string, unknown>>[] };

const itemsOf = ({ body }: Answer) => (body.data as Items | undefined)?.items ?? [];

onOneDatabase('what is stored about an email address on %s', (dialect) => {
  let h: Harness;
  let email: EmailCalls;
  beforeAll(async () => {
    const world = await createMailHarness({ dialect });
    h = world.h;
    email = createEmailCalls(h, world.mail);
  });
  afterAll(() => h.close());

  const access = () => createAccessCalls(h);
  const at = (address: string) => `/api/recipients/${encodeURIComponent(address)}`;

  describe('in the logs', () => {
    let address: string;
    let verificationId: unknown;
    let reader: Harness['client'];
    beforeAll(async () => {
      address = nextAddress().replace('@', '+news_letter@');
      const { body } = await email.send(address);
      verificationId = body.data?.['verificationId'];
      await email.verify(address, wrongCodes(email.codeFor(address), 1)[0] ?? '');
      await email.verifyById(verificationId, email.codeFor(address));
      await email.send(nextAddress());
      await h.activity.flush();
      const { secret } = await access().createKey({ scopes: ['analytics:read'] });
      reader = { ...h.client, ...access().as(secret) };
    });

    it.each([
      ['encoded', (text: string) => encodeURIComponent(text)],
      ['as it is, with a plus', (text: string) => text],
      ['in capitals', (text: string) => encodeURIComponent(text.toUpperCase())],
    ])('is found by the address %s', async (_, write) => {
      const codes = await h.client.get(`/api/analytics/logs/otp?email=${write(address)}`);
      expect(itemsOf(codes)).toEqual([
        expect.objectContaining({
          verificationId,
          email: address,
          recipientKind: 'email',
          region: null,
        }),
      ]);
      expect(itemsOf(codes)[0]).not.toHaveProperty('phoneNumber');
      const activity = await h.client.get(`/api/analytics/logs/activity?email=${write(address)}`);
      expect(itemsOf(activity).map(({ action }) => action)).toEqual([
        ...['otp_verify', 'otp_verify', 'otp_send'],
      ]);
      for (const item of itemsOf(activity)) {
        expect(item).toMatchObject({ email: address, phoneNumber: null, recipientKind: 'email' });
      }
      const errors = await h.client.get(`/api/analytics/logs/errors?email=${write(address)}`);
      expect(itemsOf(errors)).toHaveLength(1);
    });

    it('has its request masked in each entry', async () => {
      const { raw, ...answer } = await h.client.get(
        `/api/analytics/logs/activity?email=${encodeURIComponent(address)}`,
      );
      const asked = itemsOf({ raw, ...answer }).map(({ requestData }) => requestData);
      expect(asked.filter((one) => JSON.stringify(one).includes('u•••@example.com'))).toHaveLength(
        2,
      );
      expect(JSON.stringify(asked)).not.toContain(address);
    });

    it.each([
      ['with otp:send', true],
      ['without otp:send', false],
    ])('is shown in full only to callers %s', async (_, seesAll) => {
      const { client } = seesAll ? h : { client: reader };
      const shown = seesAll ? address : 'u•••@example.com';
      // Without the address: callers who see it masked may not search for it.
      const query = 'from=2026-01-01T00:00:00Z';
      const texts = [
        (await client.get(`/api/analytics/logs/otp?${query}`)).raw,
        (await client.get(`/api/analytics/logs/activity?${query}`)).raw,
        (await client.get(`/api/analytics/export?log=otp&${query}`)).raw,
        (await client.get(`/api/analytics/export?log=activity&${query}`)).raw,
        (await client.get(`/api/otp/${String(verificationId)}/timeline`)).raw,
      ];
      for (const text of texts) {
        expect(text).toContain(shown);
        expect(text.includes(address)).toBe(seesAll);
      }
    });

    it('has a column of its own in a CSV file', async () => {
      const { raw } = await h.client.get(
        `/api/analytics/export?log=otp&email=${encodeURIComponent(address)}`,
      );
      const [header = '', row = ''] = raw.split('\r\n');
      const cells = (line: string) => line.split(',');
      const cell = (name: string) => cells(row)[cells(header).indexOf(name)];
      expect([cell('email'), cell('phoneNumber')]).toEqual([address, '']);
    });

    it('is in no line of the log of the process', () => {
      expect(h.logLines.join('\n')).not.toContain('news_letter');
    });
  });

  describe('on request', () => {
    /** In a pattern of SQL, the first stands for the second too. */
    const address = 'under_score%20!@example.com';
    const others = ['underxscore%20!@example.com', 'under_scoreABC20!@example.com'];
    const send = (to: string) =>
      h.client.post('/api/otp/send', { email: to }, { 'idempotency-key': `of-${to}` });

    it('is exported and erased as a number is, and no other is', async () => {
      for (const to of [address, ...others]) await send(to);
      const code = email.codeFor(address);
      await email.verify(address, wrongCodes(code, 1)[0] ?? '');
      await email.unlock(address);
      await h.activity.flush();
      const { body } = await h.client.get(at(address));
      expect(body.data).toMatchObject({
        ...{ email: address, recipientKind: 'email', contacts: [], testNumberUntil: null },
        challenges: [expect.objectContaining({ email: address })],
        deliveries: [expect.objectContaining({ channel: 'email' })],
      });
      expect(body.data).not.toHaveProperty('phoneNumber');
      expect(body.data?.['activity']).toHaveLength(4);

      const erased = await h.client.delete(at(address.toUpperCase()));
      expect(erased.body.data).toEqual({
        ...{ challenges: 1, deliveries: 1, activities: 4, contacts: 0, messages: 0 },
        ...{ testNumbers: 0, safeNumbers: 0, answers: 1 },
      });
      expect((await email.verify(address, code)).body.code).toBe('otp_invalid');
      await h.activity.flush();
      await h.client.delete(at(address));
      const left = await h.client.get(at(address));
      expect(left.body.data).toMatchObject({ challenges: [], deliveries: [], activity: [] });
      for (const other of others) {
        const kept = await h.client.get(at(other));
        expect(kept.body.data?.['challenges']).toHaveLength(1);
        expect((await send(other)).headers['idempotent-replayed']).toBe('true');
      }
      const trail = await h.database.models.ActivityLog.findAll({
        where: { action: 'recipient_erase' },
      });
      expect(JSON.stringify(trail)).not.toContain('under_score');
    });
  });
});
