/**
 * A response body that is produced as fast as it is read, and stops when the reader disconnects. `onEnd` is
 * called once it has ended for any reason.
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
