import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { dumpTables } from '../../support/database/table-dump.ts';
import type { Answer } from '../../support/http/client.ts';
import { startGateway } from '../../support/http/gateway.ts';
import { findCodes } from '../../support/leaks/spellings.ts';
import { startServerProcess } from '../../support/process/server-process.ts';
import { readWaiting } from '../../support/verification/inbound-lab.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { startLab } from '../../support/whatsapp-lab/lab.ts';
import { silenceLibsignal } from '../../whatsapp-lab/lab-client.ts';

const FLOWS = 12;

const TABLES = [
  ...['activity_logs', 'deliveries', 'events', 'idempotency_keys', 'inbound_places'],
  ...['inbound_verifications', 'otp_logs', 'rate_limits', 'session_contacts', 'webhook_deliveries'],
];

it('tells a token only to who asked for it, and a code only to who wrote', {
  timeout: 180_000,
}, async () => {
  silenceLibsignal();
  const testDatabase = await createTestDatabase('sqlite');
  const [gateway, lab] = [await startGateway(), await startLab()];
  const node = await startServerProcess({
    databaseUrl: testDatabase.url,
    gatewayUrl: gateway.url,
    env: {
      LOG_LEVEL: 'trace',
      OTP_LENGTH: '10',
      WHATSAPP_SOCKET_URL: lab.url,
      WHATSAPP_SPACING_MS: '0',
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    },
  });
  const { client } = node;
  const owner = lab.addPhone();
  await createLinkingCalls(node).link(owner);
  await client.post('/api/webhooks', { url: `${gateway.url}/hook`, events: ['*'] });
  const answers: string[] = [];
  const keep = (answer: Answer) => {
    answers.push(answer.raw, JSON.stringify(answer.headers));
    return answer;
  };
  const tokens: string[] = [];
  const codes = new Set<string>();

  async function flow(index: number) {
    const [person, other] = [lab.addPhone(), lab.addPhone()];
    const isNamed = index % 3 === 0;
    const fields = {
      ...{ method: 'inbound', companyName: 'Kopi & Roti', clientIp: `203.0.113.${index}` },
      ...(isNamed && { phoneNumber: person.number }),
    };
    const key = { 'idempotency-key': `flow-${index}` };
    const first = await client.post('/api/otp/send', fields, key);
    const { verificationId, text, token } = readWaiting(first);
    tokens.push(token, token.replaceAll('-', '').slice(2));
    // A repeated request gets the same answer, which is not stored in clear.
    expect((await client.post('/api/otp/send', fields, key)).raw).toBe(first.raw);
    if (isNamed) await other.sendText(owner.pn, text);
    await person.sendText(owner.pn, text, { forwarded: 1 });
    await person.sendText(owner.pn, text);
    if (!isNamed) codes.add((await person.nextMessage()).code ?? '');
    const otp = isNamed ? undefined : [...codes].at(-1);
    await expect
      .poll(async () => keep(await client.get(`/api/otp/inbound/${verificationId}`)).raw, {
        timeout: 20_000,
      })
      .toMatch(/"(code_sent|verified)"/);
    const verified = keep(await client.post('/api/otp/verify', { verificationId, otp }));
    expect(verified.status).toBe(200);
    keep(await client.get(`/api/otp/${verificationId}/timeline`));
  }

  for (let index = 0; index < FLOWS; index += 1) await flow(index);
  for (const path of ['/metrics', '/api/events', '/api/analytics/logs/activity?limit=500']) {
    keep(await client.get(path));
  }
  expect(codes.size).toBe(8);
  const secrets = new Set([...tokens, ...codes]);
  const find = (evidence: string) => [
    ...findCodes(evidence, codes),
    ...tokens.filter((token) => evidence.includes(token)),
  ];
  expect(find(answers.join('\n'))).toEqual([]);
  const folder = dirname(testDatabase.url.slice('sqlite:'.length));
  const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  expect(find(bytes.join('\n'))).toEqual([]);
  const database = await open(testDatabase);
  const dump = await dumpTables({ database }, TABLES);
  expect(dump).toContain('sealed:');
  expect(find(dump)).toEqual([]);
  await database.close();
  await node.stop('SIGTERM');
  expect(node.output()).toContain('a message with a token of a verification');
  expect(find(node.output())).toEqual([]);
  expect(find(gateway.messages.map((message) => JSON.stringify(message)).join('\n'))).toEqual([]);
  expect(secrets.size).toBeGreaterThan(FLOWS);
  await gateway.close();
  await lab.close();
  await testDatabase.drop();
});
