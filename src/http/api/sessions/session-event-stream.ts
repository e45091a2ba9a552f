import type { Caller } from '../../../domain/access/caller.ts';
import type { SessionListener } from '../../../services/whatsapp/watch-session.ts';
import { createEventQueue } from '../../streams/event-queue.ts';
import { presentExpiry, presentSession } from './session-response.ts';

/** Converts the changes of a session to events. */
export function createSessionEventStream(caller: Caller) {
  const queue = createEventQueue();
  // There is no code at first, which needs no event.
  queue.assume('qr', null);

  const listener: SessionListener = {
    onChange({ details, qr }) {
      queue.push('state', presentSession(caller, details));
      queue.push('qr', qr ? { qr: qr.text, ...presentExpiry(qr) } : null, qr?.text ?? null);
    },
    onRemoved: queue.end,
  };

  return { listener, queue };
}
