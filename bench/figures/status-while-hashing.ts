import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';
import type { Bench, Figure } from '../bench.ts';
import { sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { runInTurn } from '../rounds.ts';
import { quantile } from '../statistics.ts';

const VERIFIES = 300;

/** Enough that a hash is always waiting while others are running. */
const CONNECTIONS = 16;

/** A dashboard that polls: the reads themselves must not be the load. */
const PAUSE_MS = 5;

/** Reading the status of one number again and again would reach its limit. */
const SETTINGS = { LIMIT_STATUS_PER_PHONE_MINUTE: '0' };

type Waverify = Awaited<ReturnType<typeof startWaverify>>;

/** Reading a status must not wait for the hashes of others. */
export const statusWhileHashing: Figure = {
  name: 'status-while-hashing',
  async measure(bench) {
    const waverify = await startWaverify(bench, SETTINGS);
    const { p99 } = await runInTurn(
      bench,
      { p99: () => measureRound(bench, waverify) },
      { warmUps: 1, rounds: 7 },
    );
    return [
      {
        figure: 'p99 of status while hashes saturate',
        unit: 'ms',
        ours: {
          of: `one status after another while ${CONNECTIONS} connections verify with the default hash`,
          values: p99,
          cpuMicros: [],
        },
        goal: { atMost: 10 },
      },
    ];
  },
};

async function measureRound({ phoneNumbers, sink }: Bench, waverify: Waverify): Promise<number> {
  const drawn = phoneNumbers.draw(VERIFIES);
  const recipients = { phoneNumbers: drawn, connections: CONNECTIONS };
  const { codes } = await sendCodes(waverify, sink, recipients);
  return readStatusDuring(verifyCodes(waverify, codes, recipients), waverify, drawn);
}

/** The p99, in milliseconds, of the status reads made one after another while `work` runs. */
async function readStatusDuring(
  work: Promise<unknown>,
  { server, headers }: Waverify,
  phoneNumbers: readonly string[],
): Promise<number> {
  const client = new Client(server.origin);
  const latenciesMs: number[] = [];
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  try {
    for (let reads = 0; !isDone; reads += 1) {
      const number = encodeURIComponent(phoneNumbers[reads % phoneNumbers.length] ?? '');
      const askedAt = performance.now();
      const path = `/api/otp/status/${number}`;
      const { statusCode, body } = await client.request({ method: 'GET', path, headers });
      await body.dump();
      latenciesMs.push(performance.now() - askedAt);
      if (statusCode !== 200) throw new Error(`GET ${path} answered ${statusCode}`);
      await pause(PAUSE_MS);
    }
    await done;
  } finally {
    await client.destroy();
  }
  return quantile(latenciesMs, 0.99);
}
