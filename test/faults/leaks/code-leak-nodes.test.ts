import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/storage/database.ts';
import { models } from '../../../src/storage/models/all-models.ts';
import {
  createTestDatabase,
  type ServerName,
  serverDialects,
  type TestDatabase,
} from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { dumpTables } from '../../support/database/table-dump.ts';
import { isFull } from '../../support/full-run.ts';
import type { createClient } from '../../support/http/client.ts';
import { type BusTap, tapPostgres, tapRedis } from '../../support/leaks/bus-taps.ts';
import { findCodes } from '../../support/leaks/spellings.ts';
import type { ServerProcess } from '../../support/process/server-process.ts';
import { startWhatsAppProcess } from '../../support/process/whatsapp-process.ts';
import { hasRedis, redisUrl } from '../../support/redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { type Lab, startLab } from '../../support/whatsapp-lab/lab.ts';

const FLOWS = isFull ? 500 : 20;
const AT_ONCE = 6;

/** How often rows are read that live for milliseconds. */
const SAMPLE_MS = 2;

const ENV = {
  LOG_LEVEL: 'trace',
  // Ten digits do not turn up by chance.
  OTP_LENGTH: '10',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
};

type Lane = {
  readonly name: string;
  readonly dialect: ServerName;
  readonly env: Readonly<Record<string, string>>;
  readonly tap: (database: TestDatabase) => Promise<BusTap>;
};

/** Redis waits for a full run. */
const lanes: readonly Lane[] = [
  { name: 'PostgreSQL', dialect: 'postgres' as const, env: {}, tap: tapPostgres },
  {
    name: 'MariaDB with Redis',
    dialect: 'mysql' as const,
    env: { REDIS_URL: redisUrl },
    tap: tapRedis,
  },
]
  .filter(({ dialect, env }) => serverDialects.includes(dialect) && (hasRedis || !env.REDIS_URL))
  .filter(({ env }) => isFull || !env.REDIS_URL);

describe.each(lanes)('two nodes on $name', ({ dialect, env, tap: openTap }) => {
  let testDatabase: TestDatabase;
  let database: Database;
  let lab: Lab;
  let host: ServerProcess;
  let other: ServerProcess;
  let tap: BusTap;
  const codes = new Set<string>();
  const answers: string[] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    lab = await startLab();
    host = await startWhatsAppProcess(lab, testDatabase, { ...ENV, ...env });
    await createLinkingCalls(host).link(lab.addPhone());
    other = await startWhatsAppProcess(lab, testDatabase, { ...ENV, ...env });
    database = await open(testDatabase);
    tap = await openTap(testDatabase);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([host, other].map((node) => node.stop('SIGKILL')));
    await tap.close();
    await database.close();
    await lab.close();
    await testDatabase.drop();
  });

  /** One person's whole flow through the node that does not host the number. */
  async function runFlow(client: ReturnType<typeof createClient>): Promise<void> {
    const person = lab.addPhone();
    const phoneNumber = person.number;
    async function ask(action: string, fields: object = {}): Promise<number> {
      const answer = await client.post(`/api/otp/${action}`, { phoneNumber, ...fields });
      answers.push(answer.raw, JSON.stringify(answer.headers));
      return answer.status;
    }
    const readCode = async (index: number) => {
      const message = await waitFor(
        () => person.inbox.at(index),
        `message ${index} to ${phoneNumber}`,
      );
      codes.add(message.code ?? '');
      return message.code ?? '';
    };

    expect(await ask('send')).toBe(200);
    const first = await readCode(0);
    expect(await ask('resend')).toBe(200);
    const otp = await readCode(1);
    expect(otp).toBe(first);
    const wrong = otp.replace(/./g, (digit) => String(9 - Number(digit)));
    expect(await ask('verify', { otp: wrong })).toBe(400);
    expect(await ask('verify', { otp })).toBe(200);
  }

  /** Reads the commands until `isOver`, because a row lives for milliseconds only. */
  async function sampleCommands(isOver: () => boolean): Promise<Set<string>> {
    const samples = new Set<string>();
    while (!isOver()) {
      const rows = await database.statements.select('SELECT * FROM "session_commands"', []);
      for (const row of rows) samples.add(JSON.stringify(row));
      await pause(SAMPLE_MS);
    }
    return samples;
  }

  async function runFlows(): Promise<void> {
    let left = FLOWS;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left > 0) {
          left -= 1;
          await runFlow(other.client);
        }
      }),
    );
  }

  const countRows = async (where: string) => {
    const [row] = await database.statements.select(`SELECT COUNT(*) AS "left" FROM ${where}`, []);
    return Number(row?.['left']);
  };

  it('show a code to no one but its recipient', { timeout: 600_000 }, async () => {
    let isOver = false;
    const sampling = sampleCommands(() => isOver);
    await runFlows().finally(() => {
      isOver = true;
    });
    expect(codes.size).toBe(FLOWS);
    for (const code of codes) expect(code).toMatch(/^\d{10}$/);
    expect(findCodes(answers.join('\n'), codes)).toEqual([]);

    const samples = [...(await sampling)].join('\n');
    expect(samples).toMatch(/"sealedPayload":"[^"]/);
    expect(findCodes(samples, codes)).toEqual([]);

    const isSeen = (topic: string) =>
      tap.seen.some((text) => text.includes(topic) && text.includes('waverify'));
    expect([isSeen('"command"'), isSeen('"reply"')]).toEqual([true, true]);
    expect(findCodes(tap.seen.join('\n'), codes)).toEqual([]);
  });

  it('keep no code in a table, and no command', async () => {
    await waitFor(
      async () => ((await countRows('"session_commands"')) === 0 ? true : undefined),
      'the commands to be gone',
    );
    expect(await countRows(`"otp_logs" WHERE "status" = 'verified'`)).toBe(FLOWS);
    expect(await countRows('"otp_logs" WHERE "sealedMessage" IS NOT NULL')).toBe(0);
    const tables = Object.values(models).map(({ table }) => table);
    const dump = await dumpTables({ database }, tables);
    expect(dump).toContain(lab.phones.at(-1)?.number);
    expect(findCodes(dump, codes)).toEqual([]);
  });

  it('log and measure no code', async () => {
    const metrics = await other.client.get('/metrics');
    expect(metrics.raw).toContain(
      `waverify_session_commands_total{command="send_code",outcome="done"} ${2 * FLOWS}`,
    );
    const texts = [metrics.raw, (await host.client.get('/metrics')).raw];
    for (const node of [host, other]) {
      expect(await node.stop('SIGTERM')).toBe(0);
      expect(node.output()).toContain('"msg":');
      texts.push(node.output());
    }
    expect(findCodes(texts.join('\n'), codes)).toEqual([]);
  });
});
