import type { AddressedEvent, SessionRef } from '../../../storage/conversations/ingest-store.ts';
import type { IngestContext } from '../context.ts';
import { openName } from '../seal-content.ts';
import { toContactEvent } from './account-events.ts';

/** A person and the name that the person chose, as a message has it. */
export type NamedPerson = {
  readonly phoneNumber: string;
  readonly lid: string | undefined;
  readonly name: string;
  readonly messageId: string;
};

/** The events of people who have chosen another name. */
export async function findNameEvents(
  { isWatched, names, sealer, address, now }: IngestContext,
  session: SessionRef,
  named: ReadonlyMap<string, NamedPerson>,
): Promise<AddressedEvent[]> {
  if (named.size === 0 || !isWatched(session.accountId)) return [];
  const stored = await names.find(session.sessionId, [...named.keys()]);
  const open = (phoneNumber: string) =>
    openStoredName({ sealer }, session, phoneNumber, stored.get(phoneNumber)?.sealedPushName);
  return [...named.values()]
    .filter(({ phoneNumber, name }) => ![undefined, name].includes(open(phoneNumber)))
    .map(({ phoneNumber, messageId: causeId }) =>
      address(toContactEvent(session, { phoneNumber, change: 'name', causeId }, now())),
    );
}

/** Opens a stored name; undefined if there is none, or its key is gone. */
export function openStoredName(
  { sealer }: Pick<IngestContext, 'sealer'>,
  { sessionId }: SessionRef,
  phoneNumber: string,
  sealed: string | undefined,
): string | undefined {
  try {
    return sealed === undefined ? undefined : openName(sealer, sessionId, phoneNumber, sealed);
  } catch {
    return undefined;
  }
}
