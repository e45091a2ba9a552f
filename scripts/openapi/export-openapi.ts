import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toConfig } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';
import { bootstrap } from '../../src/app/bootstrap.ts';
import { buildOpenApiDocument } from '../../src/http/openapi/openapi-document.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { systemClock } from '../../src/lib/time/clock.ts';
import { toApiTypes } from './api-types.ts';
import { toClientFiles } from './client-files.ts';

const FILE = 'docs/openapi.json';
const TYPES_FILE = 'web/lib/api-types.ts';
const CLIENT_FOLDER = 'packages/client/src/generated';

/** Writes docs/openapi.json from the routes of a default installation, the types of the pages, and the client. */
const folder = mkdtempSync(join(tmpdir(), 'waverify-openapi-'));
const config = toConfig(readEnv({ DATABASE_URL: `sqlite:${join(folder, 'empty.db')}` }, () => ''));
const secrets = {
  secretKey: randomBytes(32).toString('hex'),
  apiKey: randomBytes(32).toString('hex'),
  previousSecretKey: undefined,
};
const service = await bootstrap(config, secrets, {
  logger: createLogger('silent'),
  now: systemClock,
  draw: randomInt,
  print: () => {},
  role: 'guest',
});
try {
  const document = buildOpenApiDocument(service.app);
  writeFileSync(FILE, `${JSON.stringify(document, null, 2)}\n`);
  writeFileSync(TYPES_FILE, await toApiTypes(document));
  for (const [name, text] of Object.entries(await toClientFiles(document))) {
    writeFileSync(join(CLIENT_FOLDER, name), text);
  }
  console.log(`${FILE}: ${Object.keys(document.paths ?? {}).length} paths`);
} finally {
  await service.close();
  rmSync(folder, { recursive: true });
}
