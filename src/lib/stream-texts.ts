/** A body that is made as fast as it is read, and no further when the reader goes away. */
export function streamTexts(
  texts: AsyncGenerator<string, void>,
  onFault: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await texts.next().catch((error: unknown) => {
        onFault(error);
        throw error;
      });
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await texts.return();
    },
  });
}
