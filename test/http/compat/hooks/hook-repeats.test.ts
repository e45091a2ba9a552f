import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { onEveryDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createHookCalls, readRecordedCall } from '../../../support/http/hook-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const AT_ONCE = 8;

onEveryDatabase('the same call at the same moment on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let hooks: ReturnType<typeof createHookCalls>;
  beforeAll(async () => {
    h = await createHarness({ dialect });
    hooks = createHookCalls(h);
  });
  afterEach(() => h.gateway.behaveLike());
  afterAll(() => h.close());

  const many = <T>(act: () => Promise<T>) => Promise.all(Array.from({ length: AT_ONCE }, act));
  const sentTo = (number: string) => h.gateway.messages.filter(({ to }) => to === number).length;

  function supabase(to: string) {
    const { body } = readRecordedCall('supabase-sms');
    return { ...body, metadata: { uuid: to }, sms: { otp: '482913', phone: to.slice(1) } };
  }

  it('is one message, and every caller has the good answer', async () => {
    const hook = await hooks.create('supabase');
    const to = nextNumber();
    const answers = await many(() => hook.call({ body: supabase(to) }));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(sentTo(to)).toBe(1);
    expect(await hook.calls()).toHaveLength(1);
  });

  it('is one message if its event has no ID', async () => {
    const hook = await hooks.create('authgear');
    const { body } = readRecordedCall('authgear');
    const to = nextNumber();
    await many(() => hook.call({ body: { ...body, to } }));
    expect(sentTo(to)).toBe(1);
  });

  it('is one message if the event was free again after its window', async () => {
    const hook = await hooks.create('authgear');
    const { body } = readRecordedCall('authgear');
    const to = nextNumber();
    await hook.call({ body: { ...body, to } });
    h.advance(601);
    await many(() => hook.call({ body: { ...body, to } }));
    expect(sentTo(to)).toBe(2);
  });

  it('is accepted once with the same signature', async () => {
    const hook = await hooks.create('supabase');
    const raw = JSON.stringify(supabase(nextNumber()));
    const headers = { ...hook.sign(raw), 'content-type': 'application/json' };
    const answers = await many(() => hook.post(raw, headers));
    const accepted = answers.filter(({ status }) => status === 200);
    expect([accepted.length, answers.length]).toEqual([1, AT_ONCE]);
  });

  it('is not sent again after its message may have left', async () => {
    h.gateway.behaveLike((request) => void request.socket.destroy());
    const hook = await hooks.create('generic');
    const to = nextNumber();
    const call = () => hook.call({ body: { to, code: '482913' } });
    await call();
    const before = sentTo(to);
    expect(before).toBeGreaterThan(0);
    h.gateway.behaveLike();
    expect((await call()).status).toBe(202);
    expect(sentTo(to)).toBe(before);
  });
});
