import type { SessionSnapshot } from '../../../domain/whatsapp/session.ts';
import { isOrderlyClose } from '../../../domain/whatsapp/session-reason.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { SessionIdentity } from '../../session-contract.ts';
import type { Fence, SessionEvent, SessionRecords } from '../interfaces.ts';
import { type Change, describe } from './session-state.ts';

type Options = {
  readonly identity: SessionIdentity;
  readonly records: Pick<SessionRecords, 'save'>;
  readonly record: (event: SessionEvent) => void;
  readonly fence: () => Fence;
  readonly logger: Logger;
};

const actionOf = {
  qr: 'qr_generate',
  paired: 'qr_scan',
  open: 'connection_open',
  close: 'connection_close',
} as const;

/** Records the changes of a session: its state in its row, important events in the activity log. */
export function createSessionRecorder({ identity, records, record, fence, logger }: Options) {
  let writing = Promise.resolve();

  function note(snapshot: SessionSnapshot, change: Change): void {
    const { sessionId, state, reason, errorMessage, attempt } = snapshot;
    logger.info({ sessionId, state, reason, errorMessage, attempt }, describe(snapshot));
    if (change !== 'other') {
      record({
        ...identity,
        action: actionOf[change],
        status: change === 'close' && !isOrderlyClose(reason) ? 'error' : 'success',
        ...(reason !== undefined && { details: reason }),
        ...(errorMessage !== undefined && { errorMessage }),
      });
    }
    writing = writing
      .then(() => records.save(snapshot, fence()))
      .catch((err: unknown) =>
        logger.error({ err, sessionId }, 'could not save the state of a session'),
      );
  }

  return { note, settle: () => writing };
}
