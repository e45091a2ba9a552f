import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { readWaiting } from '../../../support/verification/inbound-lab.ts';

const NUMBER = '+6281234567890';
const INBOUND = { method: 'inbound', companyName: 'Kopi & Roti' };

let h: Harness;
let test: ReturnType<ReturnType<typeof createAccessCalls>['as']>;

beforeAll(async () => {
  h = await createHarness();
  const access = createAccessCalls(h);
  await access
    .as((await access.createKey({ scopes: ['*'] })).secret)
    .put(`/api/test-numbers/${encodeURIComponent(NUMBER)}`, { otp: '112233' });
  const { secret } = await access.createKey({ scopes: ['otp:send', 'otp:verify'], mode: 'test' });
  test = access.as(secret);
});
afterAll(() => h.close());

const write = (text: string, number = NUMBER, client: Pick<typeof test, 'post'> = test) =>
  client.post(`/api/test-numbers/${encodeURIComponent(number)}/messages`, { text });

it('simulates the message of a test number, without a linked WhatsApp number', async () => {
  const answer = await test.post('/api/otp/send', { ...INBOUND, phoneNumber: NUMBER });
  const { verificationId, text } = readWaiting(answer);
  expect((await write('hello')).body.data).toEqual({
    outcome: 'unknown_token',
    verificationId: null,
  });
  expect((await write(text)).body.data).toEqual({ outcome: 'verified', verificationId });
  expect((await write(text)).body.data).toMatchObject({ outcome: 'replayed' });
  expect(await test.post('/api/otp/verify', { verificationId })).toMatchObject({
    status: 200,
    body: { data: { phoneNumber: NUMBER } },
  });
});

it('has the fixed code of the number as the one that is sent back', async () => {
  const { verificationId, text } = readWaiting(await test.post('/api/otp/send', INBOUND));
  expect((await write(text)).body.data).toMatchObject({ outcome: 'code_sent' });
  const verify = (otp: string) => test.post('/api/otp/verify', { verificationId, otp });
  expect(await verify('112234')).toMatchObject({ status: 400 });
  expect(await verify('112233')).toMatchObject({ status: 200 });
});

it('is for test keys and test numbers only', async () => {
  expect(await write('x', '+6281234567891')).toMatchObject({ status: 403 });
  expect(await write('x', NUMBER, h.client)).toMatchObject({ status: 403 });
  expect(await h.client.post('/api/otp/send', { ...INBOUND, phoneNumber: NUMBER })).toMatchObject({
    status: 403,
  });
});

it('wants a company and a method that fit, and says so without a linked number', async () => {
  const send = (fields: object) => h.client.post('/api/otp/send', fields);
  const paths = (answer: Awaited<ReturnType<typeof send>>) =>
    answer.body.errors?.map(({ path, code }) => `${path} ${code}`);
  expect(paths(await send({ method: 'inbound' }))).toEqual(['companyName required']);
  expect(paths(await send({ ...INBOUND, email: 'a@example.com' }))).toEqual(['email conflict']);
  expect(paths(await send({ ...INBOUND, channel: 'http' }))).toEqual(['channel invalid']);
  expect(paths(await send({ phoneNumber: NUMBER, returnCode: true }))).toEqual([
    'returnCode conflict',
  ]);
  expect(paths(await send({ companyName: 'x' }))).toEqual(['phoneNumber required']);
  expect(paths(await send({ ...INBOUND, companyName: 'WV-AAAA-BBBB-CCCC-DDDD' }))).toEqual([
    'companyName invalid',
  ]);
  expect(await send(INBOUND)).toMatchObject({
    status: 503,
    body: { code: 'provider_unavailable' },
  });
  expect(await send({ ...INBOUND, sessionId: 'nope' })).toMatchObject({
    body: { code: 'session_not_found' },
  });
});
