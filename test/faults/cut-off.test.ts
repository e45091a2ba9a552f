import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase } from '../support/database/databases.ts';
import { API_KEY } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { findFreePort, startServerProcess } from '../support/process/server-process.ts';
import { waitFor } from '../support/wait-for.ts';

describe('F21b: an upload that is dropped', () => {
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness({ env: { LOG_LEVEL: 'debug' } });
  });
  afterAll(() => h.close());

  const FRAMINGS = [
    'Content-Length: 500\r\n\r\n{"phone',
    'Transfer-Encoding: chunked\r\n\r\n5\r\n{"pho',
  ];

  it.each(FRAMINGS)('is no error of ours: %j', async (framing) => {
    const before = h.logLines.length;
    const { port } = new URL(h.url);
    for (let n = 0; n < 5; n += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      const head = `POST /api/otp/send HTTP/1.1\r\nHost: x\r\nX-API-Key: ${API_KEY}\r\n`;
      socket.write(`${head}Content-Type: application/json\r\n${framing}`);
      await pause(100);
      socket.resetAndDestroy();
    }
    const fresh = () => h.logLines.slice(before).map((line) => JSON.parse(line));
    const cut = () => fresh().filter(({ msg }) => /client disconnected/.test(msg));
    await waitFor(() => cut().length === 5 || undefined, 'five dropped uploads in the log');
    expect(fresh().filter(({ level }) => level >= 40)).toEqual([]);
    expect(cut().every(({ level }) => level === 20)).toBe(true);
  });
});

describe('F21b: SIGUSR1', () => {
  it('opens no debugger', async () => {
    const testDatabase = await createTestDatabase('sqlite');
    const server = await startServerProcess({
      databaseUrl: testDatabase.url,
      gatewayUrl: 'http://127.0.0.1:9/',
      env: { NODE_OPTIONS: `--inspect-port=${await findFreePort()}` },
    });
    onTestFinished(async () => {
      await server.stop('SIGKILL');
      await testDatabase.drop();
    });
    process.kill(server.pid ?? 0, 'SIGUSR1');
    await pause(500);
    expect((await server.client.get('/api/health')).status).toBe(200);
    expect(server.output()).not.toContain('Debugger');
  });
});
