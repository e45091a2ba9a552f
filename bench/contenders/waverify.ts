import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { RunningServer } from '../support/server-keeper.ts';
import type { OtpServer } from './otp-server.ts';

const BUILT_MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

type Settings = Readonly<Record<string, string>>;

/** Starts the built Waverify with its default settings; its codes go to the sink. */
export async function startBuiltWaverify(
  { servers, sink }: Pick<Bench, 'servers' | 'sink'>,
  settings: Settings,
  nodeArgs: readonly string[] = [],
) {
  if (!existsSync(BUILT_MAIN)) throw new Error('There is no dist/: run npm run build first');
  const apiKey = randomBytes(32).toString('hex');
  const server = await servers.start({
    name: 'Waverify',
    args: [...nodeArgs, BUILT_MAIN],
    healthPath: '/api/health',
    env: {
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      SECRET_KEY: randomBytes(32).toString('hex'),
      API_KEY: apiKey,
      OTP_CHANNELS: 'http',
      HTTP_CHANNEL_URL: sink.url,
      HTTP_CHANNEL_TOKEN: 'x',
      ...settings,
    },
  });
  return { server, headers: { 'x-api-key': apiKey } };
}

/** Counted as in production, but never full: a benchmark sends more codes than one key should in an hour. */
const AMPLE_BUDGETS = {
  LIMIT_SENDS_PER_KEY_HOUR: '1000000',
  LIMIT_SENDS_PER_ACCOUNT_DAY: '1000000',
  LIMIT_SENDS_PER_REGION_HOUR: '1000000',
  LIMIT_SENDS_IN_ALL_HOUR: '1000000',
};

/**
 * Starts the built Waverify on an empty SQLite file with its default settings, except for the limits that
 * all requests of one machine share. Limits per number stay on.
 */
export async function startWaverify(
  bench: Bench,
  settings: Settings = {},
  nodeArgs: readonly string[] = [],
): Promise<OtpServer & { readonly headers: Readonly<Record<string, string>> }> {
  const { server, headers } = await startBuiltWaverify(
    bench,
    {
      DB_TYPE: 'sqlite',
      DB_SQLITE_PATH: bench.drawPath(),
      ...AMPLE_BUDGETS,
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
      LIMIT_SENDS_PER_IP_HOUR: '0',
      LIMIT_FAILURES_PER_IP_HOUR: '0',
      LIMIT_FAILURES_PER_KEY_HOUR: '0',
      ...settings,
    },
    nodeArgs,
  );
  return {
    server,
    headers,
    buildSend: (phoneNumber) => ({ path: '/api/otp/send', headers, body: { phoneNumber } }),
    buildVerify: (phoneNumber, otp) => ({
      path: '/api/otp/verify',
      headers,
      body: { phoneNumber, otp },
    }),
  };
}

/** Starts the built Waverify as in production on this SQLite file, which is made if there is none. */
export async function startOnFile(bench: Bench, path: string): Promise<RunningServer> {
  const settings = { NODE_ENV: 'production', DB_TYPE: 'sqlite', DB_SQLITE_PATH: path };
  return (await startBuiltWaverify(bench, settings)).server;
}
