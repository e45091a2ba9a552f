import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { takeDatabase } from '../support/database/kept-database.ts';
import { startGateway } from '../support/http/gateway.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { startServerProcess } from '../support/process/server-process.ts';

/** Has a process write, at its end, every script that it loaded. */
const LIST_SCRIPTS = `--import=data:text/javascript,${encodeURIComponent(`
  import { writeFileSync } from 'node:fs';
  import { Session } from 'node:inspector';
  const session = new Session();
  const urls = [];
  session.connect();
  session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
  session.post('Debugger.enable');
  process.on('exit', () => writeFileSync(process.env.LOADED_SCRIPTS, JSON.stringify(urls)));
`)}`;

/** A class of the packages that record traces. */
const TRACING = 'BatchSpanProcessor';

/** Starts the program, calls it once, stops it, and returns the files that it loaded. */
async function listLoaded(env: Readonly<Record<string, string>>): Promise<string[]> {
  const gateway = await startGateway();
  const database = await takeDatabase('sqlite');
  const list = join(database.statePath, 'loaded.json');
  const server = await startServerProcess({
    ...{ databaseUrl: database.url, gatewayUrl: gateway.url },
    env: { NODE_OPTIONS: LIST_SCRIPTS, LOADED_SCRIPTS: list, ...env },
  });
  const { status } = await server.client.post('/api/otp/send', { phoneNumber: '+6281234567890' });
  expect(status).toBe(200);
  expect(await server.stop()).toBe(0);
  const urls = JSON.parse(readFileSync(list, 'utf8')) as string[];
  await gateway.close();
  await database.drop();
  return urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
}

const hasTracing = (file: string) => readFileSync(file, 'utf8').includes(TRACING);

it('loads nothing of OpenTelemetry that records traces unless they are wanted', async () => {
  const files = await listLoaded({});
  expect(files.some((file) => file.endsWith('dist/src/main.js'))).toBe(true);
  expect(files.filter(hasTracing)).toEqual([]);
});

it('loads it if they are, and sends the traces before it ends', async () => {
  const receiver = await startOtlpReceiver();
  const files = await listLoaded({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
  expect(files.some(hasTracing)).toBe(true);
  expect(receiver.spans().map(({ name }) => name)).toContain('POST /api/otp/send');
  await receiver.close();
});
