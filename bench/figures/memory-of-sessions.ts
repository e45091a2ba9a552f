import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Figure } from '../bench.ts';
import { startWaverifyNumbers } from '../contenders/waverify-numbers.ts';
import { startWhatsAppLab, type WhatsAppLab } from '../contenders/whatsapp-lab.ts';
import type { Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { COLLECTING, collectGarbage, readResidentMb } from '../support/resident-memory.ts';

const SESSIONS = 50;

/** By then the phones have told a new device all that they have to tell. */
const CALM_MS = 5000;

/** Resident memory in megabytes: after a collection, but for what an operator sees. */
type Sample = {
  readonly withNone: number;
  readonly withOne: number;
  readonly withAll: number;
  readonly withAllAndGarbage: number;
};

/** What a linked number costs that does nothing, beyond the first: with that one the library is loaded. */
export const memoryOfSessions: Figure = {
  name: 'memory-of-sessions',
  async measure(bench) {
    const lab = await startWhatsAppLab(bench);
    const { samples } = await runInTurn(
      { samples: () => measureSessions(bench, lab) },
      { warmUps: 0, rounds: 3 },
    );

    function toRow(figure: string, of: string, read: (sample: Sample) => number): Row {
      return { figure, unit: 'MB', ours: { of, values: samples.map(read), cpuMicros: [] } };
    }
    const difference = `resident memory of Waverify with ${SESSIONS} sessions less that with one, by ${SESSIONS - 1}`;
    return [
      {
        ...toRow(
          'a linked session that is idle',
          `${difference}, both after a garbage collection`,
          ({ withAll, withOne }) => (withAll - withOne) / (SESSIONS - 1),
        ),
        goal: { atMost: 2 },
      },
      toRow(
        'the same with the garbage of linking',
        `${difference}, the first as its operator sees it`,
        ({ withAllAndGarbage, withOne }) => (withAllAndGarbage - withOne) / (SESSIONS - 1),
      ),
      {
        ...toRow(
          'the program before its first session',
          'resident memory of Waverify after a garbage collection',
          ({ withNone }) => withNone,
        ),
        goal: { atMost: 110 },
      },
    ];
  },
};

/** One life of the program, from no session to all. */
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
