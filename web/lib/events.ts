import { createParser } from 'eventsource-parser';
import { call } from './api.ts';
import { toFailure } from './failure.ts';

const AGAIN_MS = 2000;

type Options = {
  readonly signal: AbortSignal;
  readonly onEvent: (name: string, data: unknown) => void;
  /** Hears each time that nobody answers, or nobody who can. */
  readonly onAway: (error: unknown) => void;
};

/** Follows server-sent events until `signal` aborts, and begins anew when a stream ends. */
export async function follow(path: string, { signal, onEvent, onAway }: Options): Promise<void> {
  /** A service that is started anew is away for a moment. @throws what it said otherwise. */
  const noteAway = (error: unknown): undefined => {
    const { code, status } = toFailure(error);
    if (code !== 'unreachable' && status < 500) throw error;
    onAway(error);
  };
  while (!signal.aborted) {
    const response = await call(path, { signal }).catch(noteAway);
    // Cut off, or nobody there: the next one tells how it stands.
    if (response) await readStream(response, onEvent).catch(() => {});
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Not by EventSource: that cannot send the header that shows who asks. */
async function readStream(
  { body }: Response,
  onEvent: (name: string, data: unknown) => void,
): Promise<void> {
  if (!body) return;
  const parser = createParser({
    onEvent: ({ event = 'message', data }) => onEvent(event, JSON.parse(data)),
  });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
  }
}
