import { randomInt } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { toConfig } from '../../../config/config.ts';
import { readEnv } from '../../../config/env.ts';
import { bootstrap } from '../../../src/app/bootstrap.ts';
import type { Timing } from '../../../src/channels/whatsapp/protocol/timing.ts';
import type { RandomInteger } from '../../../src/domain/verification/code.ts';
import { startServer, stopServer } from '../../../src/http/server.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import type { DialectName, TestDatabase } from '../database/databases.ts';
import { takeDatabase } from '../database/kept-database.ts';
import { API_KEY, createClient } from './client.ts';
import { startGateway } from './gateway.ts';

export const SECRET_KEY = 'test-secret-0123456789abcdef0123456789abcdef';

type Options = {
  readonly dialect?: DialectName;
  /** Variables that differ from their defaults. */
  readonly env?: Readonly<Record<string, string>>;
  readonly draw?: RandomInteger;
  readonly whatsappTiming?: Partial<Timing>;
  readonly webhookTimeoutMs?: number;
  /** That of the media host of a lab. */
  readonly mediaCertificate?: string;
  /** An existing database to open; it is the caller's to drop. */
  readonly database?: TestDatabase;
};

export type Harness = Awaited<ReturnType<typeof createHarness>>;

/** Cheap hashes, so that tests of the flow do not wait for what is slow on purpose. */
const testVariables = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'info',
  OTP_CHANNELS: 'http',
  DEMO: 'true',
  HTTP_CHANNEL_TOKEN: 'gateway-token',
  OTP_HASH_MEMORY_KIB: '1024',
  OTP_HASH_TIME_COST: '1',
  WHATSAPP_SPACING_MS: '0',
};

/**
 * The whole service over a migrated database of its own, behind a real socket, with a clock that the
 * test sets and a gateway that keeps what was sent.
 */
export async function createHarness(options: Options = {}) {
  const database = options.database ?? (await takeDatabase(options.dialect ?? 'sqlite'));
  const gateway = await startGateway();
  const env = {
    ...testVariables,
    DATABASE_URL: database.url,
    STATE_PATH: database.statePath,
    MEDIA_PATH: join(database.statePath, 'media'),
    HTTP_CHANNEL_URL: gateway.url,
    ...options.env,
  };
  const config = toConfig(readEnv(env, () => ''));
  const logLines: string[] = [];
  const printed: string[] = [];
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const service = await bootstrap(
    config,
    { secretKey: SECRET_KEY, apiKey: API_KEY, previousSecretKey: config.secrets.previousSecretKey },
    {
      logger: createLogger(config.logLevel, { write: (line) => void logLines.push(line) }),
      now,
      draw: options.draw ?? randomInt,
      print: (line) => void printed.push(line),
      ...(options.whatsappTiming && { whatsappTiming: options.whatsappTiming }),
      ...(options.mediaCertificate && { mediaCertificate: options.mediaCertificate }),
      ...(options.webhookTimeoutMs && { webhookTimeoutMs: options.webhookTimeoutMs }),
    },
  );
  await service.sessions.keeper.restore();
  const server = await startServer({ app: service.app, host: '127.0.0.1', port: 0 });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const client = createClient(url);
  return {
    ...service,
    url,
    server,
    now,
    client,
    gateway,
    config,
    logLines,
    printed,
    testDatabase: database,
    /** Moves the service's clock forward. */
    advance(seconds: number) {
      aheadMs += seconds * 1000;
    },
    async close() {
      client.close();
      await stopServer(server);
      await gateway.close();
      await service.close();
      if (!options.database) await database.drop();
    },
  };
}
