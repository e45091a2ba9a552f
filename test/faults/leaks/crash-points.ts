import { setTimeout as pause } from 'node:timers/promises';
import type { People } from './people.ts';

/** How far the sends to some people have come. */
export type Progress = {
  readonly people: number;
  /** Deliveries that are stored. */
  readonly stored: number;
  /** Messages that someone got. */
  readonly arrived: number;
  /** Sends that were answered. */
  readonly answered: number;
};

/** Where in the work a process is killed. */
export type CrashPoint = {
  readonly title: string;
  /** What happens to messages until then, so that the moment lasts. */
  readonly prepare: (people: People) => void;
  readonly hasCome: (progress: Progress) => boolean;
  /** How long after that no other node starts. */
  readonly awayMs?: number;
};

/** How long each step waits, in seconds. */
export const STEP_SECONDS = 5;

/** Where processes are killed; a run that kills few begins at the top. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  {
    title: 'between the row and the message',
    prepare: (people) => people.fallSilent(),
    hasCome: ({ stored, people }) => stored === people,
  },
  {
    title: 'while next steps are taken',
    prepare: holdReceipts,
    hasCome: ({ arrived, people }) => arrived > people,
  },
  {
    title: 'when the message is sent and no channel has answered',
    prepare(people) {
      people.handleAll({ answer: 'silence' });
      people.lab.faults = { ackAfterMs: 60_000, dropReceipts: true };
    },
    hasCome: ({ arrived, people }) => arrived >= people,
  },
  {
    title: 'when channels accept and answers are on their way',
    prepare() {},
    hasCome: ({ arrived, people }) => arrived > people / 2,
  },
  {
    title: 'while next steps wait',
    prepare: holdReceipts,
    hasCome: ({ answered, people }) => answered === people,
    awayMs: STEP_SECONDS * 1000,
  },
];

function holdReceipts(people: People): void {
  people.lab.faults = { dropReceipts: true };
}

const LONGEST_WAIT_MS = 30_000;

/** Asks every few milliseconds: a moment to be killed in is short. @throws when it does not come. */
export async function untilMoment(
  { title, hasCome }: CrashPoint,
  read: () => Promise<Progress>,
): Promise<void> {
  const endsAt = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const progress = await read();
    if (hasCome(progress)) return;
    if (performance.now() > endsAt) {
      throw new Error(`the moment ${title} did not come: ${JSON.stringify(progress)}`);
    }
    await pause(2);
  }
}
