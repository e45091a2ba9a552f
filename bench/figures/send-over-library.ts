import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from '../bench.ts';
import { startContenders } from '../contenders/whatsapp-contenders.ts';
import type { WhatsAppSender } from '../contenders/whatsapp-sender.ts';
import { withCpuTime } from '../cpu-time.ts';
import type { Reading, Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { quantile } from '../statistics.ts';

/** The measurements of each contender are divided into rounds. */
const ROUNDS = 5;
const SENDS_PER_ROUND = 80;
const WARM_UPS = 100;

/** Work that follows a send, such as receipts, must not count towards the next. */
const CALM_MS = 25;

const QUANTILES = { p50: 0.5, p95: 0.95 };

type Sample = { readonly tookMs: number; readonly cpuMicros: number | undefined };

type Side = { readonly name: string; readonly of: string; readonly samples: readonly Sample[] };

/**
 * The time from the call until the phone has the text, compared with the library alone. One message at a
 * time, with the contenders in turn, so that all run under the same conditions.
 */
export const sendOverLibrary: Figure = {
  name: 'send-over-library',
  async measure(bench) {
    const { lab, writeMessage, ...senders } = await startContenders(bench);

    function sendingBy(sender: WhatsAppSender): () => Promise<Sample> {
      let sent = 0;
      return async () => {
        const message = writeMessage(sent);
        sent += 1;
        const { result, cpuMicros } = await withCpuTime(sender.server.pid, async () => {
          const startedAt = await sender.sendAll([message], 1);
          const [readAt] = await lab.takeReadTimes([message.phoneNumber]);
          await pause(CALM_MS);
          return (readAt ?? Number.NaN) - startedAt;
        });
        return { tookMs: result, cpuMicros };
      };
    }

    const { text, code, inMemory, inFiles } = await runInTurn(
      bench,
      {
        text: sendingBy(senders.text),
        code: sendingBy(senders.code),
        inMemory: sendingBy(senders.inMemory),
        inFiles: sendingBy(senders.inFiles),
      },
      { warmUps: WARM_UPS, rounds: ROUNDS * SENDS_PER_ROUND },
    );
    const ofLibrary = 'sendMessage of the library alone, its keys in';
    const memory = { name: 'keys in memory', of: `${ofLibrary} memory`, samples: inMemory };
    const files = { name: 'keys in files', of: `${ofLibrary} files`, samples: inFiles };
    const ofText = 'send-message of Waverify, to recipients it knows';
    const ofCode = 'otp/send of Waverify, 1 MiB hash, to recipients it knows';
    const message = { name: 'message', of: ofText, samples: text };
    const withCode = { name: 'code', of: ofCode, samples: code };
    const promised = { goal: { atMost: 1.3 } };
    return [
      ...compare(message, files).map((row) => ({ ...row, ...promised })),
      ...compare(message, memory).map((row) => ({ ...row, ...promised })),
      ...compare(withCode, files),
    ];
  },
};

function compare(ours: Side, other: Side): readonly Row[] {
  return Object.entries(QUANTILES).map(([name, q]) => ({
    figure: `${ours.name} until read, ${name} / Baileys, ${other.name}`,
    unit: 'ms',
    ours: describe(ours, q),
    other: describe(other, q),
  }));
}

function describe({ of, samples }: Side, q: number): Reading {
  const rounds = Array.from({ length: ROUNDS }, (_, round) =>
    samples.slice(round * SENDS_PER_ROUND, (round + 1) * SENDS_PER_ROUND),
  );
  return {
    of,
    values: rounds.map((round) =>
      quantile(
        round.map(({ tookMs }) => tookMs),
        q,
      ),
    ),
    cpuMicros: rounds.map(averageCpu),
  };
}

function averageCpu(samples: readonly Sample[]): number | undefined {
  const known = samples.flatMap(({ cpuMicros }) => cpuMicros ?? []);
  if (known.length === 0) return undefined;
  return known.reduce((sum, micros) => sum + micros, 0) / known.length;
}
