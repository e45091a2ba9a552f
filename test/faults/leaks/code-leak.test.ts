import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { dumpTables } from '../../support/database/table-dump.ts';
import { isFull } from '../../support/full-run.ts';
import { type Answer, API_KEY } from '../../support/http/client.ts';
import { startGateway } from '../../support/http/gateway.ts';
import { findCodes } from '../../support/leaks/spellings.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { startServerProcess } from '../../support/process/server-process.ts';

const FLOWS = isFull ? 500 : 60;
const AT_ONCE = 20;
/** How many applications for Twilio do the same. */
const TWILIO_FLOWS = 10;

const ENV = {
  LOG_LEVEL: 'trace',
  // Ten digits do not turn up by chance.
  OTP_LENGTH: '10',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

const TABLES = ['activity_logs', 'deliveries', 'idempotency_keys', 'otp_logs', 'rate_limits'];

type Named = { readonly sid: string };

it('A16: tells a code nowhere but to its recipient', async () => {
  const testDatabase = await createTestDatabase('sqlite');
  const gateway = await startGateway();
  const node = await startServerProcess({
    databaseUrl: testDatabase.url,
    gatewayUrl: gateway.url,
    env: ENV,
  });
  const { client } = node;
  const nextNumber = createPhoneNumbers();
  const answers: string[] = [];
  const keep = (answer: Answer) => {
    answers.push(answer.raw, JSON.stringify(answer.headers));
    return answer;
  };

  /** One person's whole flow; every tenth meets a gateway that fails. */
  async function flow(index: number) {
    const phoneNumber = nextNumber();
    const key = { 'idempotency-key': `flow-${index}` };
    const sent = keep(await client.post('/api/otp/send', { phoneNumber }, key));
    if (sent.status !== 200) return;
    keep(await client.post('/api/otp/send', { phoneNumber }, key));
    const otp = gateway.codeFor(phoneNumber);
    const wrong = otp.replace(/./g, (digit) => String(9 - Number(digit)));
    keep(await client.post('/api/otp/verify', { phoneNumber, otp: wrong }));
    keep(await client.post('/api/otp/verify', { phoneNumber, otp, purpose: 'other' }));
    keep(await client.post('/api/otp/verify', { phoneNumber, otp, extra: otp }));
    keep(await client.post('/api/otp/verify', { phoneNumber, otp }, key));
    keep(await client.post('/api/otp/verify', { phoneNumber, otp }, key));
    keep(await client.get(`/api/otp/status/${encodeURIComponent(phoneNumber)}`));
  }

  /** The flow of an application for Twilio, with a code that is sent twice. */
  async function twilioFlow() {
    const { body } = keep(await client.get('/api/compat/twilio'));
    const { accountSid, services } = body.data as { accountSid: string; services: Named[] };
    const service = `/v2/Services/${services[0]?.sid}`;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${API_KEY}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const post = async (path: string, fields: object) =>
      keep(
        await client.call({ ...{ method: 'POST', path, headers }, body: JSON.stringify(fields) }),
      );
    const To = nextNumber();
    const sent = await post(`${service}/Verifications`, { To, Channel: 'sms' });
    if (sent.status !== 201) return;
    await post(`${service}/Verifications`, { To, Channel: 'sms', CustomCode: gateway.codeFor(To) });
    await post(`${service}/Verifications`, { To, Channel: 'sms' });
    const Code = gateway.codeFor(To);
    const wrong = Code.replace(/./g, (digit) => String(9 - Number(digit)));
    await post(`${service}/VerificationCheck`, { To, Code: wrong });
    await post(`${service}/VerificationCheck`, { To, Code: `${Code}${Code}` });
    await post(`${service}/VerificationCheck`, { To, Code });
    await post(`${service}/VerificationCheck`, { To, Code });
    const path = `/v2/Attempts?ChannelData.To=${encodeURIComponent(To)}`;
    keep(await client.call({ method: 'GET', path, headers: { authorization } }));
  }

  gateway.behaveLike((_, response) => {
    const isDown = gateway.messages.length % 10 === 0;
    response.writeHead(isDown ? 503 : 200).end(gateway.messages.at(-1)?.code);
  });
  for (let from = 0; from < FLOWS; from += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => flow(from + index)));
  }
  await Promise.all(Array.from({ length: TWILIO_FLOWS }, twilioFlow));
  for (const path of ['/metrics', '/api/health', '/api/health/ready', '/api/openapi.json']) {
    keep(await client.get(path));
  }
  const codes = new Set(gateway.messages.map(({ code }) => code));
  expect(codes.size).toBe(FLOWS + TWILIO_FLOWS);
  expect(answers.join('\n')).toContain('"OTP verified"');
  expect(answers.join('\n')).toContain('provider_unavailable');
  expect(answers.join('\n')).toContain('"status":"approved"');
  expect(findCodes(answers.join('\n'), codes)).toEqual([]);

  // While it runs, so that the write-ahead log is still there.
  const folder = dirname(testDatabase.url.slice('sqlite:'.length));
  const files = readdirSync(folder);
  expect(files.some((name) => name.endsWith('-wal'))).toBe(true);
  const bytes = files.map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(findCodes(bytes.join('\n'), codes)).toEqual([]);

  const database = await open(testDatabase);
  const dump = await dumpTables({ database }, TABLES);
  expect(dump).toContain(gateway.messages[0]?.to);
  expect(findCodes(dump, codes)).toEqual([]);
  await database.close();

  await node.stop('SIGTERM');
  const output = node.output();
  expect(output).toContain('"msg":"delivery failed"');
  expect(findCodes(output, codes)).toEqual([]);
  await gateway.close();
  await testDatabase.drop();
});
