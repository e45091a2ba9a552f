import { setTimeout as pause } from 'node:timers/promises';
import { type ServerName, serverDialects } from '../../test/support/database/databases.ts';
import { hasRedis, redisUrl } from '../../test/support/redis.ts';
import type { Bench, Figure } from '../bench.ts';
import { checkHost, type TwoNodes, withTwoNodes } from '../contenders/two-nodes.ts';
import type { WhatsAppSender } from '../contenders/whatsapp-sender.ts';
import { withCpuTime } from '../cpu-time.ts';
import type { Reading, Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { median } from '../statistics.ts';
import { CHEAP_HASH } from './pairs-over-better-auth.ts';

/** On each node. */
const SENDS_PER_ROUND = 50;
const ROUNDS = { warmUps: 2, rounds: 5 };

/** All rounds on one database take a minute or two, more on a busy machine. */
const LONGEST_MS = 600_000;

/** An odd number, so that each recipient gets codes from both nodes in turn. All are known after a round. */
const RECIPIENTS = 51;

/** Work that follows a send, such as receipts and deleting commands, must not count towards the next. */
const CALM_MS = 25;

type Lane = {
  readonly name: string;
  readonly dialect: ServerName;
  readonly settings: Readonly<Record<string, string>>;
};

/** How the nodes of each lane share data and wake each other. */
const LANES: readonly Lane[] = [
  { name: 'PostgreSQL', dialect: 'postgres', settings: {} },
  ...(hasRedis
    ? [
        {
          name: 'MariaDB with Redis',
          dialect: 'mysql' as const,
          settings: { REDIS_URL: redisUrl },
        },
      ]
    : []),
];

type Sample = { readonly tookMs: number; readonly cpuMicros: number | undefined };

type Round = { readonly onHost: readonly Sample[]; readonly onOther: readonly Sample[] };

/**
 * How much longer a code takes when it is requested from a node that does not host the WhatsApp number. One code at a
 * time, from both nodes in turn.
 */
export const sendOnAnotherNode: Figure = {
  name: 'send-on-another-node',
  async measure(bench) {
    const rows: Row[] = [];
    for (const lane of LANES.filter(({ dialect }) => serverDialects.includes(dialect))) {
      rows.push(await measureLane(bench, lane));
    }
    return rows;
  },
};

async function measureLane(bench: Bench, { name, dialect, settings }: Lane): Promise<Row> {
  const nodes = { dialect, settings: { ...CHEAP_HASH, ...settings } };
  const rounds = await withTwoNodes(bench, nodes, (two) => measureRounds(bench, two));
  const what = `otp/send of Waverify on ${name}, 1 MiB hash, to recipients it knows, until the response`;
  return {
    figure: `code on another node - on the host, ${name}`,
    unit: 'ms',
    comparison: 'difference',
    ours: describe(
      `${what}, on the node that does not host the number (CPU of both nodes)`,
      rounds.map(({ onOther }) => onOther),
    ),
    other: describe(
      'the same on its host',
      rounds.map(({ onHost }) => onHost),
    ),
    goal: { atMost: 25 },
  };
}

async function measureRounds(bench: Bench, nodes: TwoNodes): Promise<readonly Round[]> {
  const recipients = await nodes.lab.addPhones(RECIPIENTS);
  const [host, other] = [nodes.host.asCode('host'), nodes.other.asCode('other')];
  const giveUpAt = performance.now() + LONGEST_MS;
  let [sent, sentOnOther] = [0, 0];

  async function send(sender: WhatsAppSender): Promise<Sample> {
    if (performance.now() > giveUpAt) throw new Error('The codes took too long');
    const phoneNumber = recipients[sent % recipients.length] ?? '';
    sent += 1;
    return measureSend(nodes, sender, phoneNumber);
  }

  async function measureRound(): Promise<Round> {
    const [onHost, onOther]: [Sample[], Sample[]] = [[], []];
    while (onOther.length < SENDS_PER_ROUND) {
      onHost.push(await send(host));
      onOther.push(await send(other));
    }
    sentOnOther += onOther.length;
    return { onHost, onOther };
  }

  const { rounds } = await runInTurn(bench, { rounds: measureRound }, ROUNDS);
  await checkHost(nodes, sentOnOther);
  return rounds;
}

/** Measures one send, and the processor time of both nodes for it and the work that follows. */
async function measureSend(
  { lab, host, other }: TwoNodes,
  sender: WhatsAppSender,
  phoneNumber: string,
): Promise<Sample> {
  const ofHost = await withCpuTime(host.server.pid, () =>
    withCpuTime(other.server.pid, async () => {
      const startedAt = performance.now();
      await sender.sendAll([{ phoneNumber, text: '' }], 1);
      const tookMs = performance.now() - startedAt;
      await lab.takeReadTimes([phoneNumber]);
      await pause(CALM_MS);
      return tookMs;
    }),
  );
  const { result, cpuMicros } = ofHost.result;
  const isKnown = cpuMicros !== undefined && ofHost.cpuMicros !== undefined;
  return { tookMs: result, cpuMicros: isKnown ? cpuMicros + ofHost.cpuMicros : undefined };
}

function describe(of: string, rounds: readonly (readonly Sample[])[]): Reading {
  return {
    of,
    values: rounds.map((round) => median(round.map(({ tookMs }) => tookMs))),
    cpuMicros: rounds.map(averageCpu),
  };
}

function averageCpu(samples: readonly Sample[]): number | undefined {
  const known = samples.flatMap(({ cpuMicros }) => cpuMicros ?? []);
  if (known.length === 0) return undefined;
  return known.reduce((sum, micros) => sum + micros, 0) / known.length;
}
