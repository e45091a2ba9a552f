import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import { type InboundLab, startInboundLab } from '../../../support/verification/inbound-lab.ts';

onEveryDatabase('a verification by an incoming message on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let w: InboundLab;
  beforeAll(async () => {
    w = await startInboundLab(dialect);
  });
  afterEach(() => expect(w.lab.unhandled).toEqual([]));
  afterAll(() => w.close());

  itOnOne('verifies the number that was asked for, and hands the result out once', async () => {
    const person = w.lab.addPhone();
    const { verificationId, text, link, qr, sessionId } = await w.begin({
      phoneNumber: person.number,
      locale: 'en',
    });
    expect(text).toContain('Kopi & Roti (login)');
    expect(link).toBe(`https://wa.me/${w.owner.pn}?text=${encodeURIComponent(text)}`);
    expect(qr).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(sessionId).toBe('default');
    expect(await w.verify(verificationId)).toMatchObject({
      status: 409,
      body: { code: 'verification_pending' },
    });
    await w.send(person, text);
    expect(await w.untilStatus(verificationId, 'verified')).toMatchObject({
      phoneNumber: person.number,
      returnCode: false,
      refusals: 0,
    });
    expect(await w.verify(verificationId)).toMatchObject({
      status: 200,
      body: { data: { phoneNumber: person.number, purpose: 'login' } },
    });
    expect(await w.verify(verificationId)).toMatchObject({
      status: 400,
      body: { code: 'otp_invalid', attemptsLeft: 0 },
    });
  });

  itOnOne('sends a code back if no number was named, which the browser has to show', async () => {
    const person = w.lab.addPhone();
    const { verificationId, text, returnCode } = await w.begin({ locale: 'id' });
    expect(returnCode).toBe(true);
    await w.send(person, text);
    const { code = '' } = await person.nextMessage();
    expect(code).toMatch(/^\d{6}$/);
    expect(await w.untilStatus(verificationId, 'code_sent')).toMatchObject({ phoneNumber: null });
    const wrong = code === '000000' ? '000001' : '000000';
    expect(await w.verify(verificationId, wrong)).toMatchObject({ body: { attemptsLeft: 2 } });
    expect(await w.verify(verificationId)).toMatchObject({ body: { code: 'validation_failed' } });
    expect(await w.verify(verificationId, code)).toMatchObject({
      status: 200,
      body: { data: { phoneNumber: person.number } },
    });
    expect(await w.verify(verificationId, code)).toMatchObject({ status: 400 });
    expect(await w.read(verificationId)).toMatchObject({ phoneNumber: person.number });
    // The number was stored when its message arrived, and support finds it by its end.
    const query = `lastDigits=${person.number.slice(-6)}`;
    const { body } = await w.h.client.get(`/api/analytics/logs/otp?${query}`);
    expect(body.data?.['items']).toMatchObject([{ verificationId, phoneNumber: person.number }]);
  });

  itOnOne(
    'refuses the token from another number, and takes it from the right one afterwards',
    async () => {
      const [person, other] = [w.lab.addPhone(), w.lab.addPhone()];
      const { verificationId, text } = await w.begin({ phoneNumber: person.number });
      await w.send(other, text);
      expect(await w.untilProblem(verificationId, 'other_number')).toMatchObject({
        status: 'waiting',
        refusals: 1,
      });
      expect(await w.verify(verificationId)).toMatchObject({ status: 409 });
      await w.send(person, text);
      await w.untilStatus(verificationId, 'verified');
    },
  );

  itOnOne('has no effect the second time, and ends at its time', async () => {
    const [person, other] = [w.lab.addPhone(), w.lab.addPhone()];
    const first = await w.begin({ returnCode: false });
    await w.send(person, first.text);
    await w.untilStatus(first.verificationId, 'verified');
    await w.send(other, first.text);
    expect(await w.untilOutcomes(first.verificationId, 2)).toEqual(['verified', 'replayed']);
    expect(await w.read(first.verificationId)).toMatchObject({ phoneNumber: person.number });
    const second = await w.begin({ phoneNumber: person.number });
    w.h.advance(600);
    await w.send(person, second.text);
    expect(await w.untilOutcomes(second.verificationId, 1)).toEqual(['expired']);
    expect(await w.read(second.verificationId)).toMatchObject({ status: 'expired', expiresIn: 0 });
    expect(await w.verify(second.verificationId)).toMatchObject({ body: { code: 'otp_invalid' } });
  });

  itOnOne('ignores what is forwarded, edited, old, in a group or of our own phone', async () => {
    const [person, friend] = [w.lab.addPhone(), w.lab.addPhone()];
    const { verificationId, text } = await w.begin({ phoneNumber: person.number });
    await person.sendText(w.owner.pn, text, { forwarded: 1 });
    const id = await w.send(person, 'a typing error');
    await person.edit(w.owner.pn, id, text);
    await w.owner.state.sendHistory([
      { with: person.pn, messages: [{ id: 'OLD1', text, sentAt: new Date() }] },
    ]);
    const group = await person.groups.create({ subject: 'us', members: [w.owner.pn, friend.pn] });
    await person.sendText(group, text);
    await w.owner.sendText(person.pn, text);
    // What comes after them is judged after them.
    const last = await w.begin({ phoneNumber: friend.number });
    await w.send(friend, last.text);
    await w.untilStatus(last.verificationId, 'verified');
    expect(await w.read(verificationId)).toMatchObject({ status: 'waiting', refusals: 0 });
    expect(await w.outcomes(verificationId)).toEqual([]);
  });

  itOnOne('counts a message that waited while we were away, if it was sent in time', async () => {
    const person = w.lab.addPhone();
    const { verificationId, text } = await w.begin({ phoneNumber: person.number });
    w.lab.faults = { refuseUpgrade: 503 };
    w.lab.end('drop', w.owner.pn);
    await w.h.waitForState(['backoff', 'connecting']);
    await w.send(person, text);
    w.lab.faults = {};
    await w.untilStatus(verificationId, 'verified');
  });

  it('lets one of several persons win who send one token at the same moment', async () => {
    const people = Array.from({ length: 8 }, () => w.lab.addPhone());
    const { verificationId, text } = await w.begin({ returnCode: false });
    await Promise.all(people.map((person) => w.send(person, text)));
    const judged = await w.untilOutcomes(verificationId, 8);
    expect(judged.filter((one) => one === 'verified')).toHaveLength(1);
    expect(new Set(judged)).toEqual(new Set(['verified', 'replayed']));
    const { phoneNumber } = await w.untilStatus(verificationId, 'verified');
    expect(people.map(({ number }) => number)).toContain(phoneNumber);
  });

  it('sends one code back to one of several persons', async () => {
    const people = Array.from({ length: 4 }, () => w.lab.addPhone());
    const { verificationId, text } = await w.begin();
    await Promise.all(people.map((person) => w.send(person, text)));
    const judged = await w.untilOutcomes(verificationId, 4);
    expect(judged.filter((one) => one === 'code_sent')).toHaveLength(1);
    await w.untilStatus(verificationId, 'code_sent');
    expect(people.flatMap(({ inbox }) => [...inbox])).toHaveLength(1);
  });

  it('hands the result out to one of several callers', async () => {
    const person = w.lab.addPhone();
    const { verificationId, text } = await w.begin({ phoneNumber: person.number });
    await w.send(person, text);
    await w.untilStatus(verificationId, 'verified');
    const answers = await Promise.all(Array.from({ length: 20 }, () => w.verify(verificationId)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  itOnOne(
    'does not verify a hidden ID that has no number, unless WhatsApp says that it is the asked one',
    async () => {
      const hidden = { addressing: 'lid', hidesNumber: true } as const;
      const [person, asked] = [w.lab.addPhone(hidden), w.lab.addPhone(hidden)];
      const open = await w.begin();
      await w.send(person, open.text);
      await w.untilProblem(open.verificationId, 'pending_identity');
      expect(await w.read(open.verificationId)).toMatchObject({ status: 'waiting' });
      const named = await w.begin({ phoneNumber: asked.number });
      await w.send(person, named.text);
      await w.untilProblem(named.verificationId, 'pending_identity');
      await w.send(asked, named.text);
      await w.untilStatus(named.verificationId, 'verified');
    },
  );

  itOnOne('reads the number of a hidden ID from the envelope', async () => {
    const person = w.lab.addPhone({ addressing: 'lid' });
    const { verificationId, text } = await w.begin({ phoneNumber: person.number });
    await w.send(person, text);
    await w.untilStatus(verificationId, 'verified');
  });

  itOnOne(
    'ignores a sender after ten wrong tokens, even with a right one, and answers none',
    async () => {
      const person = w.lab.addPhone();
      for (let count = 0; count < 10; count += 1) {
        await w.send(person, `WV-0000-0000-0000-000${count}`);
      }
      // Messages are judged at the same time: the right one must come after the wrong ones.
      await expect
        .poll(async () => (await w.h.client.get('/metrics')).raw, { timeout: 20_000 })
        .toMatch(/_total\{outcome="unknown_token"\} 10/);
      const { verificationId, text } = await w.begin({ phoneNumber: person.number });
      await w.send(person, text);
      const other = w.lab.addPhone();
      const last = await w.begin({ phoneNumber: other.number });
      await w.send(other, last.text);
      await w.untilStatus(last.verificationId, 'verified');
      expect(await w.read(verificationId)).toMatchObject({ status: 'waiting' });
      expect(await w.outcomes(verificationId)).toEqual([]);
      expect(person.inbox).toHaveLength(0);
      w.h.advance(3600);
      const again = await w.begin({ phoneNumber: person.number });
      await w.send(person, again.text);
      await w.untilStatus(again.verificationId, 'verified');
    },
  );

  itOnOne('does not take a token of another session, or of another account', async () => {
    const account = await createAccountCalls(w.h, `other-${dialect}`);
    const theirs = w.lab.addPhone();
    await account.sessions.link('theirs', theirs);
    const person = w.lab.addPhone();
    const { verificationId, text } = await w.begin({ phoneNumber: person.number }, account.client);
    expect(text).toContain('WV-');
    await w.send(person, text);
    const own = await w.begin({ phoneNumber: person.number });
    await w.send(person, own.text);
    await w.untilStatus(own.verificationId, 'verified');
    const read = () => account.client.get(`/api/otp/inbound/${verificationId}`);
    expect((await read()).body.data).toMatchObject({ status: 'waiting', refusals: 0 });
    expect(await w.h.client.get(`/api/otp/inbound/${verificationId}`)).toMatchObject({
      status: 404,
    });
    await person.sendText(theirs.pn, text);
    await expect.poll(async () => (await read()).body.data).toMatchObject({ status: 'verified' });
  });

  it('admits five open verifications for a number and for an address', async () => {
    const person = w.lab.addPhone();
    const started = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        w.start({ phoneNumber: person.number, purpose: `p${index}` }),
      ),
    );
    expect(started.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = started.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'rate_limited' });
    expect(refused?.body.retryAfter).toBeGreaterThan(500);
    const [first] = started.filter(({ status }) => status === 200);
    await w.h.client.post('/api/otp/expire', {
      verificationId: first?.body.data?.['verificationId'],
    });
    expect(await w.start({ phoneNumber: person.number })).toMatchObject({ status: 200 });
    const fromAddress = await Promise.all(
      Array.from({ length: 12 }, () => w.start({ clientIp: '203.0.113.77' })),
    );
    expect(fromAddress.filter(({ status }) => status === 200)).toHaveLength(5);
  });
});
