import type { Caller } from '../../../domain/access/caller.ts';
import type { SessionListener } from '../../../services/whatsapp/watch-session.ts';
import { presentExpiry, presentSession } from './session-response.ts';

type Event = { readonly event: 'state' | 'qr'; readonly data: string };

/** How many events may wait for a slow client. Beyond that, the oldest are dropped. */
const MOST_WAITING = 64;

/** Converts the changes of a session to events and writes them one after another. */
export function createSessionEventStream(caller: Caller) {
  const waiting: Event[] = [];
  const last = { state: 'never', qr: 'null' };
  let isOver = false;
  let wake = () => {};
  let release = () => {};

  function push(event: Event['event'], content: unknown, identity: unknown = content): void {
    const text = JSON.stringify(identity);
    if (text === last[event]) return;
    last[event] = text;
    waiting.push({ event, data: JSON.stringify(content) });
    if (waiting.length > MOST_WAITING) waiting.shift();
    wake();
  }

  const listener: SessionListener = {
    onChange({ details, qr }) {
      push('state', presentSession(caller, details));
      push('qr', qr ? { qr: qr.text, ...presentExpiry(qr) } : null, qr?.text ?? null);
    },
    onRemoved: () => end(),
  };

  function end(): void {
    isOver = true;
    release();
  }

  /** Writes events until the stream ends. Events that are not written by then are dropped. */
  async function drain(write: (event: Event) => Promise<void>): Promise<void> {
    while (!isOver) {
      const event = waiting.shift();
      await new Promise<void>((resolve) => {
        release = resolve; // A client that does not read must not delay the end.
        if (event) write(event).then(resolve, resolve);
        else wake = resolve;
      });
    }
  }

  return { listener, end, drain };
}
