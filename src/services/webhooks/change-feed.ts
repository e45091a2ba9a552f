import type { NewEvent } from '../../domain/webhooks/event.ts';
import type { ChangedRow } from '../../storage/webhooks/event-store.ts';

/** A verification that has changed, of which the row says what. */
export type Change = ChangedRow & {
  /** Whether its last attempt was wrong: the row does not tell this from one that is being compared. */
  readonly hasNoAttemptsLeft?: boolean;
  /** Whether it was created: it may have replaced another one, which has ended. */
  readonly isNew?: boolean;
};

/**
 * Something that happened. With an ID that is derived from it, it can be reported again, and is recorded once. Without
 * one, no row shows it afterwards, and it happens when it is reported.
 */
export type Occurrence = Omit<NewEvent, 'eventId' | 'occurredAt'> &
  Partial<Pick<NewEvent, 'eventId' | 'occurredAt'>>;

type Listener = {
  /** Whether events of the account are recorded. */
  isWatched(accountId: string): boolean;
  note(change: Change): void;
  noteOccurrence(occurrence: Occurrence): void;
};

export type ChangeFeed = ReturnType<typeof createChangeFeed>;

/** Tells the recorder of events what this node has changed. While there is none, nothing is recorded. */
export function createChangeFeed() {
  let listener: Listener | undefined;
  return {
    isWatched: (accountId: string) => listener?.isWatched(accountId) ?? false,
    note: (change: Change) => listener?.note(change),
    noteOccurrence: (occurrence: Occurrence) => listener?.noteOccurrence(occurrence),
    listen(to: Listener): void {
      listener = to;
    },
  };
}
