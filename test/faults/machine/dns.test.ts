import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  type DialectName,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';
import { type Gateway, startGateway } from '../../support/http/gateway.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { createPrivateHosts, hasPrivateHosts } from '../../support/process/private-hosts.ts';
import { type ServerProcess, startServerProcess } from '../../support/process/server-process.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { type Lab, startLab } from '../../support/whatsapp-lab/lab.ts';

const GATEWAY = 'gateway.example';
/** Without TLS, it must be on this machine. */
const WHATSAPP = 'localhost';

/** Of a name that cannot be resolved. */
const NAME_FAULT = /EAI_AGAIN|ENOTFOUND/;

describe.skipIf(!hasPrivateHosts)('DNS that is gone', () => {
  onOneDatabase('on %s', loseNames);
});

function loseNames(dialect: DialectName): void {
  const nextNumber = createPhoneNumbers();
  let testDatabase: TestDatabase;
  let gateway: Gateway;
  let lab: Lab;
  let hosts: ReturnType<typeof createPrivateHosts>;
  let node: ServerProcess;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    gateway = await startGateway();
    lab = await startLab();
    hosts = createPrivateHosts(testDatabase.statePath);
    hosts.know(GATEWAY, WHATSAPP);
    const named = (url: string, host: string) => url.replace('127.0.0.1', host);
    node = await startServerProcess({
      databaseUrl: testDatabase.url,
      gatewayUrl: named(gateway.url, GATEWAY),
      under: hosts.under,
      env: {
        OTP_CHANNELS: 'http,whatsapp',
        WHATSAPP_SOCKET_URL: named(lab.url, WHATSAPP),
        WHATSAPP_SPACING_MS: '0',
        STATE_PATH: testDatabase.statePath,
      },
    });
    await createLinkingCalls(node).link(lab.addPhone());
    // A connection that is kept needs no name. The gateway closes each, as many do.
    gateway.behaveLike(
      (_, response) => void response.writeHead(204, { connection: 'close' }).end(),
    );
  });
  afterAll(async () => {
    expect(await node.stop('SIGTERM')).toBe(0);
    await gateway.close();
    await lab.close();
    await testDatabase.drop();
  });

  const send = (phoneNumber: string, channel: string) =>
    node.client.post('/api/otp/send', { phoneNumber, channel });

  async function readReason(phoneNumber: string): Promise<unknown> {
    const database = await open(testDatabase);
    const [row] = await database.statements.select(
      `SELECT "deliveries"."reason", "deliveries"."details" FROM "deliveries" JOIN "otp_logs"
         ON "otp_logs"."verificationId" = "deliveries"."verificationId" WHERE "phoneNumber" = $1`,
      [phoneNumber],
    );
    await database.close();
    return row;
  }

  it('fails what needs a name with a clear reason, and nothing else', async () => {
    const before = nextNumber();
    expect((await send(before, 'http')).status).toBe(200);
    hosts.know();
    const refused = nextNumber();
    const answer = await send(refused, 'http');
    expect([answer.status, answer.body.code]).toEqual([503, 'provider_unavailable']);
    const failure = { reason: 'unavailable', details: expect.stringMatching(NAME_FAULT) };
    expect(await readReason(refused)).toMatchObject(failure);
    const otp = gateway.codeFor(before);
    const verified = await node.client.post('/api/otp/verify', { phoneNumber: before, otp });
    expect(verified.status).toBe(200);
    // The connection to WhatsApp is open, so it goes on.
    const person = lab.addPhone();
    expect((await send(person.number, 'whatsapp')).status).toBe(200);
    for (const path of ['/api/health', '/api/health/ready']) {
      expect((await node.client.get(path)).status).toBe(200);
    }
  });

  it('keeps a session that loses its connection trying, and says why', async () => {
    lab.end('drop');
    const calls = createLinkingCalls(node);
    await expect
      .poll(() => calls.status(), { timeout: 20_000 })
      .toMatchObject({ state: 'backoff', reason: 'unreachable' });
    expect((await calls.status())['errorMessage']).toMatch(NAME_FAULT);
  });

  it('is over by itself when it is back', async () => {
    hosts.know(GATEWAY, WHATSAPP);
    expect((await send(nextNumber(), 'http')).status).toBe(200);
    await createLinkingCalls(node).waitForState(['open']);
    const person = lab.addPhone();
    expect((await send(person.number, 'whatsapp')).status).toBe(200);
  });
}
