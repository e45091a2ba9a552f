import { type ClientRequest, type IncomingMessage, request as send } from 'node:http';
import { API_KEY } from './client.ts';

type ReceivedEvent = { readonly event: string; readonly data: unknown };

const PATIENCE_MS = 60_000;

/** Follows server-sent events as a program does that shows a key, and keeps what came. */
export async function openEvents(baseUrl: string, path: string, key = API_KEY) {
  const outgoing = send(`${baseUrl}${path}`, { headers: { 'x-api-key': key }, agent: false });
  const incoming = await answerTo(outgoing);
  const events: ReceivedEvent[] = [];
  const comments: string[] = [];
  const readers = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of readers) wake();
  };
  let rest = '';
  let isEnded = false;
  incoming.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) comments.push(block);
      else events.push(readBlock(block));
    }
    wakeAll();
  });
  incoming.on('close', () => {
    isEnded = true;
    wakeAll();
  });
  incoming.on('error', () => {}); // We end it ourselves, or the test looks at how it ended.

  async function until(isReached: () => boolean, what: string): Promise<void> {
    const endsAt = performance.now() + PATIENCE_MS;
    while (!isReached()) {
      const left = endsAt - performance.now();
      if (left <= 0)
        throw new Error(`no ${what} within ${PATIENCE_MS} ms: ${JSON.stringify(events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        const wake = () => {
          clearTimeout(timer);
          readers.delete(wake);
          resolve();
        };
        readers.add(wake);
      });
    }
  }

  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    events,
    comments,
    /** The states that were told of, in their order. */
    states: () =>
      events
        .filter(({ event }) => event === 'state')
        .map(({ data }) => (data as { readonly state: string }).state),
    until,
    /** Resolves when the session is told to be in this state. */
    untilState: (state: string) =>
      until(
        () => events.some(({ data }) => (data as { state?: string } | null)?.state === state),
        state,
      ),
    /** Resolves when the server has ended the stream. */
    untilEnd: () => until(() => isEnded, 'end'),
    close: () => outgoing.destroy(),
  };
}

function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject).end();
  });
}

function readBlock(block: string): ReceivedEvent {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  return { event: fields.get('event') ?? 'message', data: JSON.parse(fields.get('data') ?? '') };
}
