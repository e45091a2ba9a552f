type Handlers = { readonly onFault: (error: unknown) => void; readonly onEnd: () => void };

/**
 * A response body that is produced as fast as it is read, and stops when the reader disconnects. `onEnd` is
 * called once it has ended for any reason.
 */
export function streamTexts(
  texts: AsyncGenerator<string, void>,
  handlers: Handlers,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return stream(texts, (text) => encoder.encode(text), handlers);
}

/** The same for bytes. */
export function streamBytes(
  bytes: AsyncIterable<Uint8Array>,
  handlers: Handlers,
): ReadableStream<Uint8Array> {
  return stream(bytes, (chunk) => chunk, handlers);
}

function stream<T>(
  source: AsyncIterable<T>,
  encode: (item: T) => Uint8Array,
  { onFault, onEnd }: Handlers,
): ReadableStream<Uint8Array> {
  const items = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await items.next().catch((error: unknown) => {
        onFault(error);
        onEnd();
        throw error;
      });
      if (next.done) {
        controller.close();
        onEnd();
      } else controller.enqueue(encode(next.value));
    },
    async cancel() {
      onEnd();
      await items.return?.();
    },
  });
}
