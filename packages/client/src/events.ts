import { EventSourceParserStream } from 'eventsource-parser/stream';

/** An event of a stream, such as the QR code or the state of a session. */
export type ServerEvent = {
  readonly event: string;
  readonly data: unknown;
};

/** Reads the events of a response until it ends. Leaving the loop closes the connection. */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.body) return;
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield { event: value.event ?? 'message', data: JSON.parse(value.data) as unknown };
    }
  } finally {
    await reader.cancel();
  }
}
