import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../http/client.ts';
import type { Faults, Lab, Phone } from '../whatsapp-lab/lab.ts';
import type { ServerProcess } from './server-process.ts';

/** One send to one person, and its answer; undefined when the process died before it. */
export type Sent = {
  readonly phone: Phone;
  /** How many messages the phone had before. */
  readonly before: number;
  readonly answer: Answer | undefined;
};

/** How far the sends of all people together have come. */
type Progress = {
  /** Messages that were read for the first time. */
  readonly reads: () => number;
  /** People to whom something came for the second time, under whatever id. */
  readonly bothered: () => number;
  readonly answers: () => number;
};

/** Where in the work of sending a process is killed. */
export type Moment = {
  readonly title: string;
  /** What the lab does wrong until then, so that the moment lasts. */
  readonly faults: Faults;
  /** Whether it is time; `nth` is 1 to 4, so that the work is not done by then. */
  readonly hasCome: (progress: Progress, nth: number, elapsedMs: number) => boolean;
};

export const MOMENTS: readonly Moment[] = [
  {
    title: 'before a message is on the line',
    faults: { latencyMs: 200 },
    hasCome: (_, nth, elapsedMs) => elapsedMs > 20 * nth,
  },
  {
    title: 'between the line and the acknowledgement',
    faults: { ackAfterMs: 60_000 },
    hasCome: ({ reads }, nth) => reads() >= Math.min(nth, 3),
  },
  {
    title: 'in the moment of the acknowledgement',
    faults: {},
    hasCome: ({ reads }, nth) => reads() >= nth,
  },
  {
    title: 'behind some answers',
    faults: {},
    hasCome: ({ answers }, nth) => answers() >= nth,
  },
  {
    title: 'behind the second try of a message that is not acknowledged',
    faults: { dropAcks: true },
    hasCome: ({ bothered }) => bothered() >= 1,
  },
];

const LONGEST_WAIT_MS = 60_000;

type Plan = {
  readonly lab: Lab;
  readonly people: readonly Phone[];
  readonly moment: Moment;
  readonly nth: number;
};

/**
 * Sends a code to all people at once and kills the process in the named moment. The lab holds
 * the receipts back until they are released.
 */
export async function killWhileSending(
  node: ServerProcess,
  { lab, people, moment, nth }: Plan,
): Promise<Sent[]> {
  lab.faults = { ...moment.faults, dropReceipts: true };
  let answers = 0;
  const got = people.map(watchArrivals);
  const progress: Progress = {
    reads: () => got.reduce((sum, { reads }) => sum + reads(), 0),
    bothered: () => got.filter(({ reads, repeats }) => reads() + repeats() > 1).length,
    answers: () => answers,
  };
  const sending = people.map(async (phone): Promise<Sent> => {
    const before = phone.inbox.length;
    const answer = await node.client
      .post('/api/otp/send', { phoneNumber: phone.number })
      .catch(() => undefined);
    answers += 1;
    return { phone, before, answer };
  });
  await until((elapsedMs) => moment.hasCome(progress, nth, elapsedMs), moment.title);
  await node.stop('SIGKILL');
  lab.faults = {};
  return Promise.all(sending);
}

/** What comes to a phone from now on. */
function watchArrivals(phone: Phone) {
  const { duplicates } = phone;
  const { length } = phone.inbox;
  return {
    reads: () => phone.inbox.length - length,
    repeats: () => phone.duplicates - duplicates,
  };
}

/** Asks every millisecond: a moment to be killed in is short. @throws when it does not come. */
async function until(hasCome: (elapsedMs: number) => boolean, what: string): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedAt;
    if (hasCome(elapsedMs)) return;
    if (elapsedMs > LONGEST_WAIT_MS) throw new Error(`the moment ${what} did not come`);
    await pause(1);
  }
}
