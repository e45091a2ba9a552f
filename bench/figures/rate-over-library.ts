import type { Figure } from '../bench.ts';
import { startContenders } from '../contenders/whatsapp-contenders.ts';
import type { WhatsAppSender } from '../contenders/whatsapp-sender.ts';
import { withCpuTime } from '../cpu-time.ts';
import type { Reading, Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';

const MESSAGES = 200;
const AT_ONCE = 10;

type Sample = { readonly perSecond: number; readonly cpuMicros: number | undefined };

/** The throughput of one number without throttling, until the last phone has its text. */
export const rateOverLibrary: Figure = {
  name: 'rate-over-library',
  async measure(bench) {
    const { lab, writeMessage, ...senders } = await startContenders(bench);
    const messages = Array.from({ length: MESSAGES }, (_, index) => writeMessage(index));
    const phoneNumbers = messages.map(({ phoneNumber }) => phoneNumber);

    function sendingBy(sender: WhatsAppSender): () => Promise<Sample> {
      return async () => {
        const { result, cpuMicros } = await withCpuTime(sender.server.pid, async () => {
          const startedAt = await sender.sendAll(messages, AT_ONCE);
          const readTimes = await lab.takeReadTimes(phoneNumbers);
          return (Math.max(...readTimes) - startedAt) / 1000;
        });
        return { perSecond: MESSAGES / result, cpuMicros: cpuMicros && cpuMicros / MESSAGES };
      };
    }

    const { ours, inMemory, inFiles } = await runInTurn(
      bench,
      {
        ours: sendingBy(senders.text),
        inMemory: sendingBy(senders.inMemory),
        inFiles: sendingBy(senders.inFiles),
      },
      { warmUps: 2, rounds: 5 },
    );
    return Object.entries({ files: inFiles, memory: inMemory }).map(
      ([where, samples]): Row => ({
        figure: `messages of one number / Baileys, keys in ${where}`,
        unit: 'messages/s',
        ours: describe(ours, `send-message of Waverify, ${AT_ONCE} at a time`),
        other: describe(
          samples,
          `sendMessage of the library alone, its keys in ${where}, ${AT_ONCE} at a time`,
        ),
      }),
    );
  },
};

function describe(samples: readonly Sample[], of: string): Reading {
  return {
    of,
    values: samples.map(({ perSecond }) => perSecond),
    cpuMicros: samples.map(({ cpuMicros }) => cpuMicros),
  };
}
