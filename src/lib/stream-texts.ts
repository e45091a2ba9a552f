/**
 * A body that is made as fast as it is read, and no further when the reader goes away. `onEnd` is called
 * once it has ended, whichever way.
 */
export function streamTexts(
  texts: AsyncGenerator<string, void>,
  { onFault, onEnd }: { onFault: (error: unknown) => void; onEnd: () => void },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await texts.next().catch((error: unknown) => {
        onFault(error);
        onEnd();
        throw error;
      });
      if (next.done) {
        controller.close();
        onEnd();
      } else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      onEnd();
      await texts.return();
    },
  });
}
