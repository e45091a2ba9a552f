import { afterAll, beforeAll, expect, it } from 'vitest';
import { countEverything } from '../../../support/count-everything.ts';
import { openEvents } from '../../../support/http/event-stream.ts';
import { receiverVariables } from '../../../support/http/webhook-calls.ts';
import { type InboundLab, startInboundLab } from '../../../support/verification/inbound-lab.ts';
import { waitFor } from '../../../support/wait-for.ts';

let w: InboundLab;
beforeAll(async () => {
  w = await startInboundLab('sqlite', receiverVariables);
});
afterAll(() => w.close());

it('streams what happens, and ends with the verification', async () => {
  const [person, other] = [w.lab.addPhone(), w.lab.addPhone()];
  const { verificationId, text } = await w.begin({ phoneNumber: person.number });
  const stream = await openEvents(w.h.url, `/api/otp/inbound/${verificationId}/events`);
  expect(stream.headers['cache-control']).toBe('no-store');
  await stream.until(() => stream.events.length === 1, 'first event');
  await w.send(other, text);
  await stream.until(() => stream.events.length === 2, 'refusal');
  await w.send(person, text);
  await stream.untilEnd();
  expect(stream.events.map(({ data }) => data)).toMatchObject([
    { status: 'waiting', problem: null },
    { status: 'waiting', problem: 'other_number', refusals: 1 },
    { status: 'verified', phoneNumber: person.number },
  ]);
});

it('streams only verifications by message of the account', async () => {
  expect((await openEvents(w.h.url, '/api/otp/inbound/T9LOIawrvRT8gFqIc6yI/events')).status).toBe(
    404,
  );
});

it('tells its story in the timeline and in the log, by codes of closed lists', async () => {
  const [person, other] = [w.lab.addPhone(), w.lab.addPhone()];
  const { verificationId, text } = await w.begin({ phoneNumber: person.number });
  await w.send(other, text);
  await w.untilProblem(verificationId, 'other_number');
  await w.send(person, text);
  await w.untilOutcomes(verificationId, 2);
  const { body } = await w.h.client.get(`/api/otp/${verificationId}/timeline`);
  expect(body.data).toMatchObject({ method: 'inbound', status: 'verified', channel: null });
  const events = body.data?.['events'] as { kind: string; outcome?: string }[];
  expect(events.map(({ kind, outcome }) => [kind, outcome])).toEqual(
    expect.arrayContaining([
      ['requested', undefined],
      ['message', 'other_number'],
      ['message', 'verified'],
      ['verified', undefined],
    ]),
  );
  const log = await w.h.client.get('/api/analytics/logs/otp?limit=1');
  expect(log.body.data?.['items']).toMatchObject([{ verificationId, method: 'inbound' }]);
});

it('is an event with its method, and never has the token', async () => {
  const hook = { url: 'http://127.0.0.1:1024/hook', events: ['verification.*'] };
  expect(await w.h.client.post('/api/webhooks', hook)).toMatchObject({ status: 201 });
  const person = w.lab.addPhone();
  const { verificationId, text } = await w.begin({ returnCode: false });
  await w.send(person, text);
  await w.untilStatus(verificationId, 'verified');
  const found = await waitFor(async () => {
    const { body } = await w.h.client.get(`/api/events?subject=${verificationId}`);
    const items = (body.data?.['items'] ?? []) as { type: string; data: object }[];
    return items.length === 2 ? items : undefined;
  }, 'two events');
  expect(found.map(({ type }) => type).sort()).toEqual([
    'verification.approved',
    'verification.created',
  ]);
  for (const { data } of found) expect(data).toMatchObject({ method: 'inbound', verificationId });
});

it('is counted as a method of its own, and as nothing that was sent', async () => {
  const before = await readFunnel('');
  const person = w.lab.addPhone();
  const { verificationId, text } = await w.begin({ phoneNumber: person.number });
  await w.send(person, text);
  await w.untilStatus(verificationId, 'verified');
  await countEverything(w.h.database);
  const inbound = await readFunnel('?channel=inbound');
  expect(inbound).toMatchObject({ sent: 0, delivered: 0, failed: 0 });
  expect(inbound['conversionRate']).toBeGreaterThan(0);
  expect(await readFunnel('')).toEqual(before);
});

async function readFunnel(query: string): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await w.h.client.get(`/api/analytics/funnel${query}`);
  return body.data?.['total'] as Readonly<Record<string, unknown>>;
}
