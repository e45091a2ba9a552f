import type { SessionSnapshot } from '../../../domain/whatsapp/session.ts';
import type { SessionHost } from '../../session-contract.ts';
import type { NodeParts } from './interfaces.ts';
import { pollMs } from './poll-interval.ts';

type Options = Pick<NodeParts, 'bus' | 'logger'> & {
  /** Whether this node hosts a session, so that its changes are known anyway. */
  readonly isHere: (sessionId: string) => boolean;
  readonly fetchSnapshot: SessionHost['fetchSnapshot'];
};

/** How many polls pass between two reads of a session whose host sends no wake-up. */
const POLLS_PER_READ = 4;

/** Returns a function that calls a listener with the changes of a session that another node hosts. */
export function createRemoteWatch({ bus, isHere, fetchSnapshot, logger }: Options) {
  return function watch(
    sessionId: string,
    listener: (snapshot: SessionSnapshot) => void,
  ): () => void {
    let [isStale, isReading, isOver] = [false, false, false];
    let shown = '';
    let timer: NodeJS.Timeout | undefined;

    async function read(): Promise<void> {
      isStale = true;
      if (isReading || isHere(sessionId)) return;
      isReading = true;
      while (isStale && !isOver) {
        isStale = false;
        await fetchSnapshot(sessionId).then(show, (err: unknown) => {
          logger.debug({ err, sessionId }, 'could not read a session of another node');
        });
      }
      isReading = false;
    }

    function show(snapshot: SessionSnapshot | undefined): void {
      if (!snapshot || isOver || isHere(sessionId)) return;
      const text = JSON.stringify(snapshot);
      if (text === shown) return;
      shown = text;
      listener(snapshot);
    }

    function schedule(): void {
      if (isOver) return;
      timer = setTimeout(() => void read().then(schedule), POLLS_PER_READ * pollMs(bus)).unref();
    }

    const stopListening = bus.subscribe('session', (id) => {
      if (id === sessionId) void read();
    });
    void read();
    schedule();
    return () => {
      isOver = true;
      clearTimeout(timer);
      stopListening();
    };
  };
}
