import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { dumpTables } from '../../support/database/table-dump.ts';
import { API_KEY } from '../../support/http/client.ts';
import { startGateway } from '../../support/http/gateway.ts';
import { createHookCalls, readRecordedCall } from '../../support/http/hook-calls.ts';
import { findCodes } from '../../support/leaks/spellings.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { startServerProcess } from '../../support/process/server-process.ts';

const TABLES = [
  ...['activity_logs', 'deliveries', 'events', 'hooks', 'idempotency_keys', 'otp_logs'],
  ...['rate_limits', 'relayed_messages', 'webhook_deliveries'],
];

/** Ten digits do not turn up by chance. */
const CODES = Array.from({ length: 8 }, (_, index) => `739105846${index}`);

it('shows the code of another server nowhere but to its recipient', {
  timeout: 60_000,
}, async () => {
  const testDatabase = await createTestDatabase('sqlite');
  const gateway = await startGateway();
  const node = await startServerProcess({
    databaseUrl: testDatabase.url,
    gatewayUrl: gateway.url,
    env: { LOG_LEVEL: 'trace', LIMIT_SENDS_PER_PREFIX_HOUR: '0' },
  });
  const nextNumber = createPhoneNumbers();
  const hooks = createHookCalls(node);
  const answers: string[] = [];
  const { body: recorded } = readRecordedCall('supabase-sms');
  const supabase = await hooks.create('supabase');
  const generic = await hooks.create('generic', { relayText: true });
  const paused = await hooks.create('generic');
  await hooks.api('PATCH', `/${paused.id}`, { isActive: false });

  for (const [index, otp] of CODES.entries()) {
    // Some meet a gateway that refuses, or one whose answer is no answer.
    if (index === 5) gateway.behaveLike((_, response) => void response.writeHead(400).end());
    if (index === 6) gateway.behaveLike((request) => void request.socket.destroy());
    const to = nextNumber();
    const sms = { otp, phone: to.slice(1) };
    const text = `Your code is ${otp}`;
    const calls = [
      await supabase.call({ body: { ...recorded, metadata: { uuid: otp }, sms } }),
      await supabase.call({ body: { ...recorded, metadata: { uuid: otp }, sms } }),
      await generic.call({ body: { to, code: otp, text }, headers: { 'idempotency-key': otp } }),
      await generic.call({ body: { to, code: otp, extra: otp } }),
      await generic.call({ raw: `{"code":"${otp}"` }),
      await generic.call({ body: { to, code: otp }, secret: 'wv_hook_wrong_secret' }),
      await paused.call({ body: { to, code: otp } }),
    ];
    for (const { text: answer, headers } of calls)
      answers.push(answer, JSON.stringify([...headers]));
    const { body } = await node.client.get('/api/compat/twilio');
    const { accountSid } = body.data as { readonly accountSid: string };
    const message = await fetch(`${node.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${API_KEY}`).toString('base64')}`,
      },
      body: new URLSearchParams({ To: to, Body: text }),
    });
    answers.push(await message.text());
  }
  for (const path of [
    ...[`/api/hooks/${supabase.id}/calls`, `/api/hooks/${generic.id}/calls`, '/metrics'],
    ...['/api/events', '/api/analytics/logs/activity?limit=500', '/api/analytics/logs/errors'],
  ]) {
    answers.push((await node.client.get(path)).raw);
  }
  expect(new Set(gateway.messages.map(({ code }) => code))).toEqual(new Set(CODES));
  const codes = new Set(CODES);
  expect(findCodes(answers.join('\n'), codes)).toEqual([]);
  const folder = dirname(testDatabase.url.slice('sqlite:'.length));
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(findCodes(bytes.join('\n'), codes)).toEqual([]);
  const database = await open(testDatabase);
  const dump = await dumpTables({ database }, TABLES);
  expect(dump).toContain('accepted');
  expect(findCodes(dump, codes)).toEqual([]);
  await database.close();
  await node.stop('SIGTERM');
  expect(node.output()).toContain('delivery failed');
  expect(findCodes(node.output(), codes)).toEqual([]);
  await gateway.close();
  await testDatabase.drop();
});
