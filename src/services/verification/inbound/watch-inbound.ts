import type { Caller } from '../../../domain/access/caller.ts';
import type { InboundContext } from './context.ts';
import { type InboundDetails, readInbound } from './read-inbound.ts';

/** What gets the changes of a verification. `onEnd` is called once, after the last change. */
export type InboundListener = {
  readonly onChange: (details: InboundDetails) => void;
  readonly onEnd: () => void;
};

/**
 * Calls the listener with a verification as it is now and after every change, on whichever node that was. The returned
 * function stops it.
 * @throws {AppError} as `readInbound`.
 */
export async function watchInbound(
  ctx: InboundContext,
  caller: Caller,
  verificationId: string,
  listener: InboundListener,
): Promise<() => void> {
  let [isOver, isReading, isStale] = [false, false, false];
  let timer: NodeJS.Timeout | undefined;
  const stopListening = ctx.news.listen(verificationId, () => void read());

  function stop(): void {
    isOver = true;
    clearTimeout(timer);
    stopListening();
  }

  function show(details: InboundDetails): void {
    if (isOver) return;
    listener.onChange(details);
    const isOpen = details.status === 'waiting' || details.status === 'code_sent';
    if (isOpen) return;
    stop();
    listener.onEnd();
  }

  /** A change during a read is read afterwards. A database that does not answer is asked again later. */
  async function read(): Promise<void> {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale && !isOver) {
      isStale = false;
      await readInbound(ctx, caller, verificationId).then(show, (err: unknown) => {
        ctx.verification.logger.debug({ err, verificationId }, 'could not read a verification');
      });
    }
    isReading = false;
  }

  try {
    // Listens before it reads, so that no change is missed.
    const details = await readInbound(ctx, caller, verificationId);
    show(details);
    const expiresInMs = details.expiresInSeconds * 1000;
    if (!isOver) timer = setTimeout(() => void read(), expiresInMs).unref();
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}
