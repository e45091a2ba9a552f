import { isOpening } from '../../../domain/whatsapp/session.ts';
import { findOldWhatsAppUser } from '../../../domain/whatsapp/whatsapp-number.ts';
import { orDeadline } from '../../../lib/concurrency/deadline.ts';
import { addSeconds, type Clock } from '../../../lib/time/clock.ts';
import { ChannelError } from '../../contract.ts';
import type { Contact } from '../interfaces.ts';
import { RESTRICTED } from '../protocol/disconnect-reason.ts';
import { type Outgoing, RefusedError, toChannelError } from '../session/send-queue.ts';
import type { Session } from '../session/session.ts';
import { describe } from '../session/session-state.ts';
import type { ContactCache } from './contact-cache.ts';
import type { NewContactGuard } from './new-contact-guard.ts';
import { NotSentError } from './not-sent-error.ts';

type Options = {
  readonly session: Session;
  readonly newContacts: NewContactGuard;
  readonly contacts: ContactCache;
  /** Called with each recipient (E.164, or `lid:` and a hidden ID) before anything is sent. */
  readonly onSend: (recipient: string) => void;
  /** Called with a number that does not know the session after all. */
  readonly onStranger?: (phoneNumber: string) => void;
  readonly now: Clock;
};

export type Letter = Pick<
  Outgoing,
  'recipient' | 'text' | 'message' | 'messageId' | 'canWait' | 'deadline'
> & {
  /** What the session knows about the recipient. */
  readonly contact: Contact | undefined;
};

type Lookup = { readonly isOnWhatsApp: boolean; readonly whatsAppId: string | undefined };

/** How long a lookup is valid. A user may join WhatsApp at any moment, but rarely leaves. */
const FOUND_SECONDS = 7 * 86_400;
const NOT_FOUND_SECONDS = 3600;

/** Sends texts through one session, only to numbers on WhatsApp, and to new contacts only if permitted. */
export function createMessenger(context: Options) {
  return {
    deliver: (letter: Letter) => deliver(context, { ...letter, isUrgent: false }),
    deliverCode: (letter: Letter) => deliverCode(context, letter),
    /**
     * Finds the WhatsApp ID of a person who is to be added to a group. A new contact is counted.
     * @throws {ChannelError} `not_on_channel`; {NotSentError} for a new contact who is not permitted.
     */
    admit: (person: Query & Pick<Letter, 'contact'>) => admit(context, person),
    /** Finds the hidden ID of a number. @throws {ChannelError} */
    findLid: (phoneNumber: string, deadline: AbortSignal) =>
      findLid(context, phoneNumber, deadline),
  };
}

/**
 * Sends a code as `deliver` sends a text, but at once: a session that will not be open in a moment is left to the next.
 * @throws as `deliver`.
 */
async function deliverCode(context: Options, letter: Letter): Promise<string> {
  await context.session.hurry(letter.deadline);
  const { state, attempt } = context.session.snapshot();
  const opensSoon = isOpening(state) && attempt === 0;
  if (state !== 'open' && !opensSoon) throw new NotSentError(describe(context.session.snapshot()));
  return deliver(context, { ...letter, isUrgent: true });
}

/**
 * Sends a text. Resolves when WhatsApp has accepted it, with the reason why it was permitted.
 * @throws {NotSentError} when nothing was sent and another session may try.
 * @throws {ChannelError} `not_on_channel`, `refused` or `timeout`.
 */
async function deliver(
  context: Options,
  { contact, ...letter }: Letter & Pick<Outgoing, 'isUrgent'>,
): Promise<string> {
  const { session, newContacts, contacts, now } = context;
  const { recipient, deadline } = letter;
  context.onSend(recipient);
  const { whatsAppId, isNew, why } = await admit(context, { recipient, deadline, contact });
  if (!isNew) {
    await session.sendQueue
      .send({ ...letter, whatsAppId, isNewContact: false, assertMayGo: () => {} })
      .catch((error: unknown) => noteRefusal(context, recipient, error));
    return why;
  }
  const assertMayGo = () => assertUnblocked(newContacts);
  await session.sendQueue
    .send({ ...letter, whatsAppId, isNewContact: true, assertMayGo })
    .catch(async (error: unknown) => {
      if (error instanceof NotSentError) await newContacts.refund();
      throw error;
    });
  await contacts.markKnown(session.identity.sessionId, recipient, now());
  return why;
}

type Admission = {
  readonly whatsAppId: string | undefined;
  /** Whether the person was counted as a new contact. */
  readonly isNew: boolean;
  readonly why: string;
};

/** Finds the WhatsApp ID of a person, and counts a new contact. @throws as `deliver`. */
async function admit(
  context: Options,
  { contact, ...query }: Query & Pick<Letter, 'contact'>,
): Promise<Admission> {
  const { newContacts, now } = context;
  if (contact?.knownAt) {
    const whatsAppId = await findKnownId(context, contact, query);
    return { whatsAppId, isNew: false, why: 'known contact' };
  }
  await newContacts.load();
  assertUnblocked(newContacts);
  const lookup = recallLookup(contact, query.recipient, now()) ?? (await lookUp(context, query));
  if (!lookup.isOnWhatsApp) {
    throw new ChannelError('not_on_channel', 'the number is not on WhatsApp');
  }
  const { isGranted, why } = await newContacts.requestPermission();
  if (!isGranted) throw new NotSentError(why);
  return { whatsAppId: lookup.whatsAppId, isNew: true, why };
}

/** Forgets a known contact whom WhatsApp refused as a new one. @throws the given error, always. */
async function noteRefusal(
  { session, contacts, onStranger, now }: Options,
  recipient: string,
  error: unknown,
): Promise<never> {
  if (error instanceof RefusedError && error.errorCode === RESTRICTED) {
    await contacts.forgetKnown(session.identity.sessionId, recipient, now());
    onStranger?.(recipient);
  }
  throw error;
}

function assertUnblocked(newContacts: NewContactGuard): void {
  const block = newContacts.findBlock();
  if (block !== undefined) throw new NotSentError(block);
}

type Query = Pick<Letter, 'recipient' | 'deadline'>;

/**
 * Finds the WhatsApp ID of a known contact. WhatsApp is only queried, once, where IDs may differ from
 * numbers.
 */
async function findKnownId(
  context: Options,
  { whatsAppId }: Contact,
  query: Query,
): Promise<string | undefined> {
  const isCertain = whatsAppId !== undefined || !findOldWhatsAppUser(query.recipient);
  return isCertain ? whatsAppId : (await lookUp(context, query)).whatsAppId;
}

/** Returns the stored lookup of a recipient if it is complete and recent. */
function recallLookup(
  contact: Contact | undefined,
  recipient: string,
  now: Date,
): Lookup | undefined {
  if (contact?.isOnWhatsApp === undefined || !contact.checkedAt) return undefined;
  const { isOnWhatsApp, whatsAppId } = contact;
  const lifeSeconds = isOnWhatsApp ? FOUND_SECONDS : NOT_FOUND_SECONDS;
  if (addSeconds(contact.checkedAt, lifeSeconds) <= now) return undefined;
  const isComplete = !isOnWhatsApp || whatsAppId || !findOldWhatsAppUser(recipient);
  return isComplete ? { isOnWhatsApp, whatsAppId } : undefined;
}

async function findLid(
  { session }: Options,
  phoneNumber: string,
  deadline: AbortSignal,
): Promise<string | undefined> {
  const socket = await session.whenOpen(deadline).catch(toChannelError);
  return orDeadline(socket.findLid(phoneNumber), deadline).catch((cause: unknown) => {
    throw new NotSentError('could not ask WhatsApp for a hidden ID', cause);
  });
}

/** Asks WhatsApp whether it has a number, because writing to others can lead to restrictions. */
async function lookUp(
  { session, contacts, now }: Options,
  { recipient, deadline }: Query,
): Promise<Lookup> {
  const socket = await session.whenOpen(deadline).catch(toChannelError);
  const asking = orDeadline(socket.findWhatsAppId(recipient), deadline);
  const whatsAppId = await asking.catch((cause: unknown) => {
    throw new NotSentError('could not check whether the number is on WhatsApp', cause);
  });
  const isOnWhatsApp = whatsAppId !== undefined;
  const { sessionId } = session.identity;
  await contacts.saveLookup(sessionId, recipient, isOnWhatsApp, now(), whatsAppId);
  return { isOnWhatsApp, whatsAppId };
}
