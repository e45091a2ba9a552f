import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import type { Database } from '../../../src/storage/database.ts';
import { models } from '../../../src/storage/models/all-models.ts';
import type { DialectName } from '../../support/database/databases.ts';
import { open } from '../../support/database/migrated-database.ts';
import { dumpTables } from '../../support/database/table-dump.ts';
import { isFull, killsOf } from '../../support/full-run.ts';
import type { Answer } from '../../support/http/client.ts';
import { inBatches } from '../../support/http/otp-calls.ts';
import { type ServerProcess, startServerProcess } from '../../support/process/server-process.ts';
import { createLinkingCalls } from '../../support/whatsapp/linked-harness.ts';
import { CRASH_POINTS, type CrashPoint, STEP_SECONDS, untilMoment } from './crash-points.ts';
import { type Calls, channelsOf, FAILING_FIRST, JOURNEYS, requestOf, useCode } from './flows.ts';
import { type People, type Person, startPeople } from './people.ts';
import { createEvidence, type OpenDatabase, openSearchedDatabase } from './search.ts';

const FLOWS = isFull ? 500 : 24;
/** How many flows a crash meets. */
const CROWD = isFull ? 8 : 4;
const CRASHES = Array.from({ length: killsOf(4 * CRASH_POINTS.length) }, (_, round) => {
  const point = CRASH_POINTS[round % CRASH_POINTS.length];
  return [point?.title, point, round] as const;
});
const AT_ONCE = 12;

const TTL_SECONDS = 120;
/** How long what is needed to send a code again may outlive it. */
const MOST_SECONDS_LEFT = 60;

const ENV = {
  LOG_LEVEL: 'trace',
  // Telegram takes no longer codes.
  OTP_LENGTH: '8',
  OTP_CHANNELS: 'whatsapp,whatsapp_cloud,telegram,http,twilio,vonage,android,email',
  OTP_TTL_SECONDS: String(TTL_SECONDS),
  OTP_RESEND_SECONDS: '0',
  OTP_HASH_CONCURRENCY: '16',
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_SENDS_PER_KEY_HOUR: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
  WHATSAPP_NEW_CONTACTS_PER_DAY: '1000',
  WHATSAPP_SPACING_MS: '0',
};

type Node = ServerProcess & { readonly calls: Calls };

/** The suite of codes that go through every channel, with crashes, on one database. */
export function searchEveryChannel(dialect: DialectName): void {
  const evidence = createEvidence();
  const nodes: Node[] = [];
  let starts = 0;
  let searched: OpenDatabase;
  let people: People;
  let database: Database;

  beforeAll(async () => {
    [searched, people] = await Promise.all([openSearchedDatabase(dialect), startPeople()]);
    const first = await start();
    await createLinkingCalls(first).link(people.lab.addPhone());
    while (nodes.length < searched.nodes) await start();
    database = await open(searched.database);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop('SIGKILL')));
    await searched.drop();
  });

  /** Every other node answers a resend with a new code. */
  async function start(): Promise<Node> {
    const resendCode = starts % 2 === 0 ? 'same' : 'new';
    starts += 1;
    const node = await startServerProcess({
      databaseUrl: searched.database.url,
      gatewayUrl: people.variables['HTTP_CHANNEL_URL'] ?? '',
      env: {
        ...{ ...ENV, ...people.variables, ...searched.env, OTP_RESEND_CODE: resendCode },
        STATE_PATH: searched.database.statePath,
      },
    });
    const running = { ...node, calls: toCalls(node, resendCode === 'same') };
    nodes.push(running);
    return running;
  }

  function toCalls({ client }: ServerProcess, resendsSame: boolean): Calls {
    const keep = (answer: Answer) => {
      evidence.keep('answers', answer.raw, JSON.stringify(answer.headers));
      return answer;
    };
    return {
      post: async (action, fields, headers) =>
        keep(await client.post(`/api/otp/${action}`, fields, headers)),
      get: async (path) => keep(await client.get(path)),
      resendsSame,
    };
  }

  const nodeFor = (index: number): Node => {
    const node = nodes[index % nodes.length];
    if (!node) throw new Error('no node is running');
    return node;
  };

  async function count(rows: string, values: readonly (Date | string)[] = []): Promise<number> {
    const sql = `SELECT COUNT(*) AS "found" FROM ${rows}`;
    const [row] = await database.statements.select(sql, values);
    return Number(row?.['found']);
  }

  /** How many codes could be sent again that have ended: all but those whose life was over a moment ago. */
  const countLeft = () =>
    count(
      `"otp_logs" WHERE "sealedMessage" IS NOT NULL AND ("status" <> 'sent' OR "expiresAt" < $1)`,
      [addSeconds(new Date(), -MOST_SECONDS_LEFT)],
    );

  async function keepMetrics(): Promise<void> {
    for (const { client } of nodes) evidence.keep('metrics', (await client.get('/metrics')).raw);
  }

  /** Everything that is stored at this moment. */
  async function keepTables(): Promise<void> {
    const tables = Object.values(models).map(({ table }) => table);
    evidence.keep('tables', await dumpTables({ database }, tables));
  }

  /** Ends a node as a crash does, and starts another one. */
  async function crash({ awayMs = 0 }: CrashPoint): Promise<void> {
    const dead = nodes.shift();
    await dead?.stop('SIGKILL');
    evidence.keep('logs', dead?.output() ?? '');
    if (dialect === 'sqlite') evidence.keep('files', searched.readFiles());
    await keepTables();
    people.recover();
    await pause(awayMs);
    await start();
  }

  async function runJourney(index: number): Promise<void> {
    const names = Object.keys(JOURNEYS);
    const title = names[index % names.length] ?? '';
    const channels = channelsOf(index);
    const isOnWhatsApp = title !== FAILING_FIRST || channels[0] !== 'whatsapp';
    const flow = { person: people.add({ isOnWhatsApp }), channels, calls: nodeFor(index).calls };
    await JOURNEYS[title]?.(flow).catch((error: Error) => {
      throw new Error(`${title}, ${channels.join(', ')}: ${error.message}`, { cause: error });
    });
  }

  async function runCrash(point: CrashPoint, round: number): Promise<void> {
    const crowd = Array.from({ length: CROWD }, () => people.add());
    const [storedBefore, arrivedBefore] = [await count('"deliveries"'), people.arrived()];
    const { calls } = nodeFor(0);
    let answered = 0;
    point.prepare(people);
    const sends = crowd.map(async (person, index) => {
      const channels = channelsOf(round * CROWD + index);
      const headers = index % 2 === 0 ? {} : { prefer: 'respond-async' };
      await calls.post('send', requestOf({ person, channels }, STEP_SECONDS), headers).then(
        () => {
          answered += 1;
        },
        () => {}, // The node died before it answered.
      );
    });
    await untilMoment(point, async () => ({
      people: CROWD,
      stored: (await count('"deliveries"')) - storedBefore,
      arrived: people.arrived() - arrivedBefore,
      answered,
    }));
    await crash(point);
    await Promise.all(sends);
    await Promise.all(crowd.map((person, index) => recoverCode(person, index)));
    expect(await countLeft()).toBe(0);
  }

  /** Whose delivery was stored gets the code, from the next node if not before. Others ask again. */
  async function recoverCode(person: Person, index: number): Promise<void> {
    const { calls } = nodeFor(index);
    const stored = await count(
      `"deliveries" WHERE "verificationId" IN
         (SELECT "verificationId" FROM "otp_logs" WHERE "phoneNumber" = $1)`,
      [person.number],
    );
    if (stored === 0) await calls.post('send', requestOf({ person, channels: channelsOf(index) }));
    await person.read(0);
    await useCode({ person, calls });
  }

  it('reach people by every channel, in every way', { timeout: 600_000 }, async () => {
    const journeys = Array.from({ length: FLOWS - CRASHES.length * CROWD }, (_, index) => index);
    await inBatches(journeys, runJourney, AT_ONCE);
    await keepMetrics();
    await keepTables();
  });

  it.each(CRASHES)('outlive a crash %s', async (_, point, round) => {
    if (point) await runCrash(point, round);
  });

  it('leave nothing that could send them again a minute after their end', {
    timeout: 300_000,
  }, async () => {
    const person = people.add();
    const { calls } = nodeFor(0);
    await calls.post('send', requestOf({ person, channels: channelsOf(0) }));
    expect(await count('"otp_logs" WHERE "sealedMessage" IS NOT NULL')).toBeGreaterThan(0);
    expect(await countLeft()).toBe(0);
    if (!isFull) return;
    await pause((TTL_SECONDS + MOST_SECONDS_LEFT) * 1000);
    expect(await count('"otp_logs" WHERE "sealedMessage" IS NOT NULL')).toBe(0);
    expect(await count('"session_commands"')).toBe(0);
  });

  it('A16: are nowhere in clear', { timeout: 300_000 }, async () => {
    await keepMetrics();
    await keepTables();
    await database.close();
    if (dialect === 'sqlite') evidence.keep('files', searched.readFiles());
    for (const node of nodes.splice(0)) {
      await node.stop('SIGTERM');
      evidence.keep('logs', node.output());
    }
    await searched.stop();
    evidence.keep('files', searched.readFiles());
    if (searched.tap) evidence.keep('bus', ...searched.tap.seen);
    await people.close();

    expect(people.codes.size).toBeGreaterThanOrEqual(FLOWS);
    for (const code of people.codes) expect(code).toMatch(/^\d{8}$/);
    const places = ['answers', 'files', 'logs', 'metrics', 'tables'];
    expect(evidence.places()).toEqual(searched.tap ? ['bus', ...places].sort() : places);
    expect(evidence.find(people.codes)).toEqual([]);
  });
}
