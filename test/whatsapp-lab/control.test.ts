import { afterAll, beforeAll, expect, it } from 'vitest';
import { startControl } from '../support/whatsapp-lab/control/control.ts';
import { type Lab, startLab } from '../support/whatsapp-lab/lab.ts';
import { createLabClient, type LabClient, silenceLibsignal } from './lab-client.ts';

const OWNER = '6281234567001';
const FRIEND = '6281234567890';

let lab: Lab;
let control: Awaited<ReturnType<typeof startControl>>;
let client: LabClient;

async function call(method: 'GET' | 'POST', path: string, body?: string | object) {
  const response = await fetch(control.url + path, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}
const get = (path: string) => call('GET', path);
const post = (path: string, body?: string | object) => call('POST', path, body);

beforeAll(async () => {
  silenceLibsignal();
  lab = await startLab();
  control = await startControl(lab);
  client = createLabClient(lab.url);
  client.connect();
});
afterAll(async () => {
  await client.close();
  await control.close();
  await lab.close();
});

it('adds phones, and scans the text of a QR code as it stands', async () => {
  expect(await post('/phones', { pn: `+${OWNER}`, name: 'Operator' })).toMatchObject({
    status: 200,
    body: { pn: OWNER, number: `+${OWNER}`, name: 'Operator' },
  });
  expect(await post('/phones', `+${FRIEND}`)).toMatchObject({ status: 200, body: { pn: FRIEND } });
  const qr = await client.wait('qr');
  expect(await post(`/phones/+${OWNER}/scan`, qr)).toEqual({ status: 200, body: { device: 1 } });
  await client.wait('close');
  await client.open();
  expect(await get('/state')).toMatchObject({ body: { connections: 1, unhandled: [] } });
});

it('types a pairing code', async () => {
  const other = createLabClient(lab.url);
  other.connect();
  await other.wait('qr');
  const code = await other.socket().requestPairingCode(OWNER);
  expect(await post(`/phones/${OWNER}/code`, { code })).toEqual({
    status: 200,
    body: { device: 2 },
  });
  expect(await post(`/phones/${OWNER}/unlink`, { device: 2 })).toMatchObject({ status: 200 });
  await other.close();
});

it('waits for messages, and gives those after a number', async () => {
  const waiting = get(`/phones/+${FRIEND}/inbox?waitMs=5000`);
  await client.send(lab.phone(FRIEND), 'Code 246810');
  expect(await waiting).toMatchObject({ body: [{ from: OWNER, code: '246810' }] });
  expect(await get(`/phones/${FRIEND}/inbox?after=1`)).toEqual({ status: 200, body: [] });
  const { body } = await get('/feed');
  expect(body).toContainEqual(expect.objectContaining({ to: FRIEND, text: 'Code 246810' }));
});

it('reads, writes and behaves as it is told', async () => {
  const id = await client.send(lab.phone(FRIEND), 'Code 1111');
  await expect.poll(() => lab.phone(FRIEND).inbox.at(-1)?.id).toBe(id);
  expect(await post(`/phones/${FRIEND}/read`, id)).toMatchObject({ status: 200 });
  await client.status(id, 4);
  await post(`/phones/${FRIEND}/send`, { to: `+${OWNER}`, text: 'thank you' });
  await client.inboundText('thank you');
  await post(`/phones/${FRIEND}/behaviour`, { deliver: false });
  expect(lab.phone(FRIEND).behaviour.deliver).toBe(false);
});

it('sets faults, locks accounts and ends connections', async () => {
  await post('/faults', { nackMessages: { error: 463, times: 1 } });
  expect(lab.faults).toEqual({ nackMessages: { error: 463, times: 1 } });
  await post('/faults', {});
  expect(lab.faults).toEqual({});
  const endsAt = '2031-01-01T00:00:00Z';
  await post(`/phones/${OWNER}/time-lock`, { isActive: true, endsAt, notify: true });
  expect((await client.wait('timeLock')).timeEnforcementEnds).toEqual(new Date(endsAt));
  const ending = { action: 'stream-error', code: 503, pn: `+${OWNER}` };
  expect(await post('/connections', ending)).toMatchObject({ body: { ended: 1 } });
  expect((await client.wait('close')).code).toBe(503);
});

it.each([
  ['POST', '/phones/+6281111111111/scan', 'x', 404, /there are \+6281234567001/],
  ['POST', '/phone', '{}', 404, /GET \/ lists every call/],
  ['GET', `/phones/${OWNER}/scan`, undefined, 404, /GET \/ lists every call/],
  ['POST', `/phones/${OWNER}/scan`, 'hello', 400, /not the text of a WhatsApp linking QR code/],
  ['POST', `/phones/${OWNER}/code`, '{"cod":"x"}', 400, /there are: code/],
  ['POST', '/phones', '{"pn":', 400, /must be JSON/],
  ['POST', '/phones', { pn: OWNER }, 400, /has the number 6281234567001 already/],
  ['POST', '/faults', { dropAck: true }, 400, /dropAcks/],
  ['POST', '/connections', { action: 'failure' }, 400, /"code":503/],
  ['GET', `/phones/${OWNER}/inbox?after=x`, undefined, 400, /after/],
  ['POST', '/phones', 'x'.repeat(70_000), 400, /too long/],
] as const)('answers %s %s with a word of advice', async (method, path, body, status, advice) => {
  const answer = await call(method, path, body);
  expect(answer.status).toBe(status);
  expect((answer.body as { error: string }).error).toMatch(advice);
});

it('refuses web pages', async () => {
  const headers = { origin: 'https://evil.example' };
  const response = await fetch(`${control.url}/phones`, { method: 'POST', body: '{}', headers });
  expect(response.status).toBe(400);
  expect(lab.phones).toHaveLength(2);
});
