import { isOpening } from '../../../domain/whatsapp/session.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import type { ChannelMessage } from '../../contract.ts';
import type { Contact } from '../interfaces.ts';
import type { HostedSession } from '../nodes/interfaces.ts';
import type { SessionPool } from '../pool.ts';

type Options = {
  readonly pool: SessionPool;
  /** The name of the session that is tried first for new contacts. */
  readonly defaultSession: string;
};

type Contacts = ReadonlyMap<string, Contact>;

/** A session that may send a message. */
type Candidate = Pick<HostedSession, 'sessionId' | 'state'> & {
  /** Sends the message. Resolves with the reason why that was permitted. */
  readonly send: (place: { readonly isLast: boolean }) => Promise<string>;
};

/** The best rank of a session that does not know the recipient. */
const UNKNOWN_RANK = 4;

/** Finds the sessions to try for a message, best first. */
export function createCandidates({ pool, defaultSession }: Options) {
  /** The sessions of this node to try: the permitted ones, or all of the account. */
  function findHere(message: ChannelMessage, contacts: Contacts): Candidate[] {
    const { sessions, accountId } = message;
    return pool
      .held()
      .filter((member) => member.accountId === accountId)
      .filter(({ sessionId }) => sessions?.includes(sessionId) ?? true)
      .filter(({ settings }) => settings.sendsCodes())
      .map((member) => {
        const { sessionId, session, messenger } = member;
        const letter = { ...message, contact: contacts.get(sessionId) };
        return {
          sessionId,
          state: session.snapshot().state,
          send: () => messenger.deliverCode(letter),
        };
      });
  }

  async function findElsewhere(message: ChannelMessage): Promise<Candidate[]> {
    const { remote } = pool;
    if (!remote) return [];
    const hosted = await remote.list(message.accountId);
    return hosted
      .filter(({ sessionId }) => message.sessions?.includes(sessionId) ?? true)
      .map((one) => ({ ...one, send: (place) => remote.sendCode(one.sessionId, message, place) }));
  }

  /** The order in which sessions are tried: the lowest first. */
  function rankOf(
    { sessionId, state }: Pick<Candidate, 'sessionId' | 'state'>,
    contacts: Contacts,
  ) {
    // A session that cannot send stays in the list. It is skipped, and the delivery says why.
    return (
      4 * Number(!contacts.get(sessionId)?.knownAt) +
      2 * Number(isOpening(state)) +
      Number(toSessionName(sessionId) !== defaultSession)
    );
  }

  function sort(candidates: readonly Candidate[], contacts: Contacts): Candidate[] {
    return candidates.toSorted((a, b) => rankOf(a, contacts) - rankOf(b, contacts));
  }

  /** Whether no session of another node can have a better rank, so that they need not be read. */
  function isBest(candidate: Candidate, here: readonly Candidate[], contacts: Contacts): boolean {
    const rank = rankOf(candidate, contacts);
    if (rank === 0) return true;
    const isHere = (sessionId: string) => here.some((one) => one.sessionId === sessionId);
    const known = [...contacts].filter(([sessionId, { knownAt }]) => knownAt && !isHere(sessionId));
    if (known.length > 0) return false;
    const isDefaultHere = here.some(({ sessionId }) => toSessionName(sessionId) === defaultSession);
    return rank <= (isDefaultHere ? UNKNOWN_RANK + 1 : UNKNOWN_RANK);
  }

  /** Those of other nodes are only read when they may be needed. */
  async function* find(message: ChannelMessage, contacts: Contacts) {
    const here = sort(findHere(message, contacts), contacts);
    const [first, ...others] = here;
    const isFirstBest = first !== undefined && isBest(first, here, contacts);
    if (isFirstBest) yield { ...first, isLast: false };
    const left = isFirstBest ? others : here;
    const sorted = sort([...left, ...(await findElsewhere(message))], contacts);
    for (const [index, one] of sorted.entries()) {
      yield { ...one, isLast: index === sorted.length - 1 };
    }
  }

  return { find };
}
