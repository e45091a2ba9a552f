export type QueuedEvent = { readonly event: string; readonly data: string };

/** How many events may wait for a slow client. Beyond that, the oldest are dropped. */
const MOST_WAITING = 64;

export type EventQueue = ReturnType<typeof createEventQueue>;

/** Holds the events of a stream, and writes them one after another. */
export function createEventQueue() {
  const waiting: QueuedEvent[] = [];
  const last = new Map<string, string>();
  let [isOver, isFinishing] = [false, false];
  let wake = () => {};
  let release = () => {};

  /** Adds an event, unless the last one of its name has the same identity. */
  function push(event: string, content: unknown, identity: unknown = content): void {
    const text = JSON.stringify(identity);
    if (text === last.get(event)) return;
    last.set(event, text);
    waiting.push({ event, data: JSON.stringify(content) });
    if (waiting.length > MOST_WAITING) waiting.shift();
    wake();
  }

  /** Takes it as known to the client what the next event of a name would say. */
  function assume(event: string, identity: unknown): void {
    last.set(event, JSON.stringify(identity));
  }

  /** Ends the stream. Events that are not written by then are dropped. */
  function end(): void {
    isOver = true;
    release();
  }

  /** Ends the stream when what waits is written. */
  function finish(): void {
    isFinishing = true;
    wake();
  }

  /** Writes events until the stream ends. */
  async function drain(write: (event: QueuedEvent) => Promise<void>): Promise<void> {
    while (!isOver && !(isFinishing && waiting.length === 0)) {
      const event = waiting.shift();
      await new Promise<void>((resolve) => {
        release = resolve; // A client that does not read must not delay the end.
        if (event) write(event).then(resolve, resolve);
        else wake = resolve;
      });
    }
  }

  return { push, assume, end, finish, drain };
}
