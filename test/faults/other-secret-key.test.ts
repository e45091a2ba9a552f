import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database/databases.ts';
import { onOneServer } from '../support/database/lanes.ts';
import { SECRET_KEY } from '../support/http/harness.ts';
import { type ServerProcess, startServerProcess } from '../support/process/server-process.ts';

const OTHER_KEY = 'another-secret-0123456789abcdef0123456789abcdef';

onOneServer('a node with another SECRET_KEY (%s)', (dialect) => {
  let testDatabase: TestDatabase;
  const nodes: ServerProcess[] = [];

  async function start(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const databaseUrl = testDatabase.url;
    const node = await startServerProcess({ databaseUrl, gatewayUrl: 'http://127.0.0.1:1', env });
    nodes.push(node);
    return node;
  }

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    await start({});
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
    await testDatabase.drop();
  });

  it('does not join those that run, and says why', async () => {
    await expect(start({ SECRET_KEY: OTHER_KEY })).rejects.toThrow(/has another SECRET_KEY/);
  });

  it('joins them if it has their key as the previous one', async () => {
    const env = { SECRET_KEY: OTHER_KEY, SECRET_KEY_PREVIOUS: SECRET_KEY };
    const node = await start(env);
    expect((await node.client.get('/api/health')).status).toBe(200);
  });
});
