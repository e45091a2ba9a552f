import { createParser } from 'eventsource-parser';
import { call } from './api.ts';
import { toFailure } from './failure.ts';

const AGAIN_MS = 2000;

type Options = {
  readonly signal: AbortSignal;
  readonly onEvent: (name: string, data: unknown) => void;
  /** Called each time that the service does not answer or is unavailable. */
  readonly onAway: (error: unknown) => void;
};

/** Reads server-sent events until `signal` aborts, and reconnects when a stream ends. */
export async function follow(path: string, { signal, onEvent, onAway }: Options): Promise<void> {
  /** Tolerates a service that is restarting. @throws any other failure. */
  const noteAway = (error: unknown): undefined => {
    const { code, status } = toFailure(error);
    if (code !== 'unreachable' && status < 500) throw error;
    onAway(error);
  };
  while (!signal.aborted) {
    const response = await call(path, { signal }).catch(noteAway);
    // The stream was interrupted or could not be opened. The next one starts with the current state.
    if (response) await readStream(response, onEvent).catch(() => {});
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Reads the stream with `fetch`, because EventSource cannot send credentials in a header. */
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
