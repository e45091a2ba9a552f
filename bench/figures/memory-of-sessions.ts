import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Figure } from '../bench.ts';
import { startWaverifyNumbers } from '../contenders/waverify-numbers.ts';
import { startWhatsAppLab, type WhatsAppLab } from '../contenders/whatsapp-lab.ts';
import type { Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { COLLECTING, collectGarbage, readResidentMb } from '../support/resident-memory.ts';

const SESSIONS = 50;

/** By then, phones have synchronised everything to a new device. */
const CALM_MS = 5000;

/** Resident memory in megabytes, after a garbage collection except for the value that an operator sees. */
type Sample = {
  readonly withNone: number;
  readonly withOne: number;
  readonly withAll: number;
  readonly withAllAndGarbage: number;
};

/** The memory of an idle linked number, not counting the first, which loads the library. */
export const memoryOfSessions: Figure = {
  name: 'memory-of-sessions',
  async measure(bench) {
    const lab = await startWhatsAppLab(bench);
    const { samples } = await runInTurn(
      bench,
      { samples: () => measureSessions(bench, lab) },
      { warmUps: 0, rounds: 3 },
    );

    function toRow(figure: string, of: string, read: (sample: Sample) => number): Row {
      return { figure, unit: 'MB', ours: { of, values: samples.map(read), cpuMicros: [] } };
    }
    const difference = `resident memory of Waverify with ${SESSIONS} sessions minus that with one, divided by ${SESSIONS - 1}`;
    return [
      {
        ...toRow(
          'an idle linked session',
          `${difference}, both after a garbage collection`,
          ({ withAll, withOne }) => (withAll - withOne) / (SESSIONS - 1),
        ),
        goal: { atMost: 2 },
      },
      toRow(
        'the same, including garbage from linking',
        `${difference}, the first without a garbage collection`,
        ({ withAllAndGarbage, withOne }) => (withAllAndGarbage - withOne) / (SESSIONS - 1),
      ),
      {
        ...toRow(
          'the process before its first session',
          'resident memory of Waverify after a garbage collection',
          ({ withNone }) => withNone,
        ),
        goal: { atMost: 110 },
      },
    ];
  },
};

/** Measures one process, from no session to all. */
async function measureSessions(bench: Bench, lab: WhatsAppLab): Promise<Sample> {
  const { server, linkNumber } = await startWaverifyNumbers(bench, lab, COLLECTING);
  async function settle() {
    await pause(CALM_MS);
    const withGarbage = await readResidentMb(server);
    await collectGarbage(server);
    return { withGarbage, clean: await readResidentMb(server) };
  }
  const { clean: withNone } = await settle();
  await linkNumber('1');
  const { clean: withOne } = await settle();
  for (let id = 2; id <= SESSIONS; id += 1) await linkNumber(String(id));
  const { clean: withAll, withGarbage: withAllAndGarbage } = await settle();
  await server.stop();
  return { withNone, withOne, withAll, withAllAndGarbage };
}
