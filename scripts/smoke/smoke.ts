// Runs the built program on one version of Node.js, the one that runs this file: on each database, it starts, sends a
// code and verifies it, once; then it links a number of the WhatsApp lab and sends a code from it.
import {
  createTestDatabase,
  dialects,
  type TestDatabase,
} from '../../test/support/database/databases.ts';
import { startGateway } from '../../test/support/http/gateway.ts';
import { createSessionCalls } from '../../test/support/http/session-calls.ts';
import {
  type ServerProcess,
  startServerProcess,
} from '../../test/support/process/server-process.ts';
import { startWhatsAppProcess } from '../../test/support/process/whatsapp-process.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { createLinkingCalls } from '../../test/support/whatsapp/linked-harness.ts';
import { startLab } from '../../test/support/whatsapp-lab/lab.ts';

/** How long a busy machine may take to connect. */
const PATIENCE_MS = 60_000;

const NUMBER = '+6281234567890';

async function main(): Promise<void> {
  for (const dialect of dialects) {
    await withDatabase(dialect, sendAndVerify);
    console.log(`${process.version}: ${dialect} ok`);
  }
  await withDatabase('sqlite', sendByWhatsApp);
  console.log(`${process.version}: WhatsApp lab ok`);
}

async function withDatabase(
  dialect: TestDatabase['dialect'],
  task: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase(dialect);
  try {
    await task(database);
  } finally {
    await database.drop();
  }
}

async function sendAndVerify(database: TestDatabase): Promise<void> {
  const gateway = await startGateway();
  const server = await startServerProcess({
    databaseUrl: database.url,
    gatewayUrl: gateway.url,
    env: { STATE_PATH: database.statePath },
  });
  try {
    await server.client.post('/api/otp/send', { phoneNumber: NUMBER });
    await verifyOnce(server, gateway.codeFor(NUMBER));
    const ready = await server.client.get('/api/health/ready');
    expect(ready.body.data?.['ready'], true, 'a ready node');
  } finally {
    const code = await server.stop();
    await gateway.close();
    expect(code, 0, 'the exit code after SIGTERM');
  }
}

async function sendByWhatsApp(database: TestDatabase): Promise<void> {
  const lab = await startLab();
  const server = await startWhatsAppProcess(lab, database, { STATE_PATH: database.statePath });
  try {
    const calls = createSessionCalls(server);
    await calls.create('default');
    const readQr = async () => (await calls.qr('default')).body.data?.['qr'];
    await lab.addPhone().scanQr(String(await waitFor(readQr, 'a QR code', PATIENCE_MS)));
    const { waitForState } = createLinkingCalls(server);
    await waitForState(['open'], 'default', PATIENCE_MS);
    const phone = lab.addPhone({ pn: NUMBER });
    await server.client.post('/api/otp/send', { phoneNumber: NUMBER });
    const { text } = await phone.nextMessage();
    await verifyOnce(server, /^\d{6}/.exec(text)?.[0] ?? '');
  } finally {
    await server.stop();
    await lab.close();
  }
}

/** A code is accepted once, and the second attempt is refused. */
async function verifyOnce({ client }: ServerProcess, otp: string): Promise<void> {
  const verify = () => client.post('/api/otp/verify', { phoneNumber: NUMBER, otp });
  expect((await verify()).status, 200, 'the correct code');
  expect((await verify()).status, 400, 'the same code again');
}

function expect(found: unknown, expected: unknown, what: string): void {
  if (found !== expected) throw new Error(`${what}: expected ${expected}, found ${found}`);
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
