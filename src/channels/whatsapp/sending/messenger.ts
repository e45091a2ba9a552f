import { findOldWhatsAppUser } from '../../../domain/whatsapp/whatsapp-number.ts';
import { orDeadline } from '../../../lib/concurrency/deadline.ts';
import { addSeconds, type Clock } from '../../../lib/time/clock.ts';
import { ChannelError } from '../../contract.ts';
import type { ContactBook } from '../interfaces.ts';
import { RESTRICTED } from '../protocol/disconnect-reason.ts';
import { type Outgoing, RefusedError, toChannelError } from '../session/send-queue.ts';
import type { Session } from '../session/session.ts';
import type { NewContactGuard } from './new-contact-guard.ts';
import { NotSentError } from './not-sent-error.ts';

type Options = {
  readonly session: Session;
  readonly newContacts: NewContactGuard;
  readonly contacts: ContactBook;
  /** Told of a number that turned out not to know the session. */
  readonly onStranger?: (phoneNumber: string) => void;
  readonly now: Clock;
};

export type Letter = Pick<Outgoing, 'recipient' | 'text' | 'messageId' | 'deadline'>;

type Contact = NonNullable<Awaited<ReturnType<ContactBook['find']>>>;

type Lookup = { readonly isOnWhatsApp: boolean; readonly whatsAppId: string | undefined };

/** How long an answer of WhatsApp is believed: somebody may join at any moment, and seldom leaves. */
const FOUND_SECONDS = 7 * 86_400;
const NOT_FOUND_SECONDS = 3600;

/** Brings texts through one session: only to people who are there, and to strangers only with permission. */
export function createMessenger({ session, newContacts, contacts, onStranger, now }: Options) {
  const { sessionId } = session.identity;

  /**
   * Sends a text and resolves, with the reason why it was allowed, when WhatsApp has taken it.
   * @throws {NotSentError} when nothing was sent and another session may try.
   * @throws {ChannelError} `not_on_channel`, `refused` or `timeout`.
   */
  async function deliver(letter: Letter): Promise<string> {
    const { recipient, deadline } = letter;
    const contact = await contacts.find(sessionId, recipient);
    if (contact?.knownAt) {
      const whatsAppId = await findKnownId(recipient, contact, deadline);
      await session.sendQueue
        .send({ ...letter, whatsAppId, isNewContact: false, assertMayGo: () => {} })
        .catch((error: unknown) => noteRefusal(recipient, error));
      return 'known contact';
    }
    await newContacts.load();
    assertUnblocked();
    const { isOnWhatsApp, whatsAppId } = await lookUp(recipient, contact, deadline);
    if (!isOnWhatsApp) {
      throw new ChannelError('not_on_channel', 'the number is not on WhatsApp');
    }
    const { isGranted, why } = await newContacts.requestPermission();
    if (!isGranted) throw new NotSentError(why);
    await session.sendQueue
      .send({ ...letter, whatsAppId, isNewContact: true, assertMayGo: assertUnblocked })
      .catch(async (error: unknown) => {
        if (error instanceof NotSentError) await newContacts.refund();
        throw error;
      });
    await contacts.markKnown(sessionId, recipient, now());
    return why;
  }

  /** Whoever is refused as a stranger is one, whatever we believed. @throws what it was given. */
  async function noteRefusal(recipient: string, error: unknown): Promise<never> {
    if (error instanceof RefusedError && error.errorCode === RESTRICTED) {
      await contacts.forgetKnown(sessionId, recipient, now());
      onStranger?.(recipient);
    }
    throw error;
  }

  function assertUnblocked(): void {
    const block = newContacts.findBlock();
    if (block !== undefined) throw new NotSentError(block);
  }

  /**
   * Under which id to write to somebody known. Where ids may differ from numbers it is asked, once;
   * elsewhere a known contact costs no question.
   */
  async function findKnownId(
    recipient: string,
    contact: Contact,
    deadline: AbortSignal,
  ): Promise<string | undefined> {
    const isCertain = contact.whatsAppId !== undefined || !findOldWhatsAppUser(recipient);
    if (isCertain) return contact.whatsAppId;
    return (await ask(recipient, deadline)).whatsAppId;
  }

  /** Writing to numbers that are not there is itself a reason for restrictions, so it is asked first. */
  async function lookUp(
    recipient: string,
    contact: Contact | undefined,
    deadline: AbortSignal,
  ): Promise<Lookup> {
    return recallLookup(recipient, contact) ?? ask(recipient, deadline);
  }

  /** The last answer about a recipient, as long as it is complete and fresh. */
  function recallLookup(recipient: string, contact: Contact | undefined): Lookup | undefined {
    if (contact?.isOnWhatsApp === undefined || !contact.checkedAt) return undefined;
    const { isOnWhatsApp, whatsAppId } = contact;
    const lifeSeconds = isOnWhatsApp ? FOUND_SECONDS : NOT_FOUND_SECONDS;
    if (addSeconds(contact.checkedAt, lifeSeconds) <= now()) return undefined;
    const isComplete = !isOnWhatsApp || whatsAppId || !findOldWhatsAppUser(recipient);
    return isComplete ? { isOnWhatsApp, whatsAppId } : undefined;
  }

  async function ask(recipient: string, deadline: AbortSignal): Promise<Lookup> {
    const socket = await session.whenOpen(deadline).catch(toChannelError);
    const asking = orDeadline(socket.findWhatsAppId(recipient), deadline);
    const whatsAppId = await asking.catch((cause: unknown) => {
      throw new NotSentError('WhatsApp did not say whether the number is there', cause);
    });
    const isOnWhatsApp = whatsAppId !== undefined;
    await contacts.saveLookup(sessionId, recipient, isOnWhatsApp, now(), whatsAppId);
    return { isOnWhatsApp, whatsAppId };
  }

  return { deliver };
}
