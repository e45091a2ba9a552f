import { addSeconds, type Clock } from '../../lib/clock.ts';
import { orDeadline } from '../../lib/deadline.ts';
import { ChannelError } from '../contract.ts';
import { RESTRICTED } from './ending.ts';
import type { Governor } from './governor.ts';
import { type Outgoing, RefusedError, toChannelError } from './outbox.ts';
import { PassedOverError } from './passed-over.ts';
import type { ContactBook } from './ports.ts';
import type { Session } from './session.ts';

type Options = {
  readonly session: Session;
  readonly governor: Governor;
  readonly contacts: ContactBook;
  readonly now: Clock;
};

export type Letter = Pick<Outgoing, 'recipient' | 'text' | 'messageId' | 'deadline'>;

/** How long an answer of WhatsApp is believed: somebody may join at any moment, and seldom leaves. */
const FOUND_SECONDS = 7 * 86_400;
const NOT_FOUND_SECONDS = 3600;

/** Brings texts through one session: only to people who are there, and to strangers only with permission. */
export function createMessenger({ session, governor, contacts, now }: Options) {
  const { sessionId } = session.identity;

  /**
   * Sends a text and resolves, with the reason why it was allowed, when WhatsApp has taken it.
   * @throws {PassedOverError} when nothing was sent and another session may try.
   * @throws {ChannelError} `not_on_channel`, `refused` or `timeout`.
   */
  async function deliver(letter: Letter): Promise<string> {
    const { recipient, deadline } = letter;
    const contact = await contacts.find(sessionId, recipient);
    if (contact?.knownAt) {
      await session.outbox
        .send({ ...letter, isNewContact: false, assertMayGo: () => {} })
        .catch((error: unknown) => noteRefusal(recipient, error));
      return 'known contact';
    }
    await governor.load();
    assertUnblocked();
    if (!(await isReachable(recipient, contact, deadline))) {
      throw new ChannelError('not_on_channel', 'the number is not on WhatsApp');
    }
    const { isGranted, why } = await governor.admit();
    if (!isGranted) throw new PassedOverError(why);
    await session.outbox
      .send({ ...letter, isNewContact: true, assertMayGo: assertUnblocked })
      .catch(async (error: unknown) => {
        if (error instanceof PassedOverError) await governor.giveBack();
        throw error;
      });
    await contacts.markKnown(sessionId, recipient, now());
    return why;
  }

  /** Whoever is refused as a stranger is one, whatever we believed. @throws what it was given. */
  async function noteRefusal(recipient: string, error: unknown): Promise<never> {
    if (error instanceof RefusedError && error.errorCode === RESTRICTED) {
      await contacts.forgetKnown(sessionId, recipient, now());
    }
    throw error;
  }

  function assertUnblocked(): void {
    const block = governor.findBlock();
    if (block !== undefined) throw new PassedOverError(block);
  }

  /** Writing to numbers that are not there is itself a reason for restrictions, so it is asked first. */
  async function isReachable(
    recipient: string,
    contact: Awaited<ReturnType<ContactBook['find']>>,
    deadline: AbortSignal,
  ): Promise<boolean> {
    if (contact?.isOnWhatsApp !== undefined && contact.checkedAt) {
      const lifeSeconds = contact.isOnWhatsApp ? FOUND_SECONDS : NOT_FOUND_SECONDS;
      if (addSeconds(contact.checkedAt, lifeSeconds) > now()) return contact.isOnWhatsApp;
    }
    const socket = await session.whenOpen(deadline).catch(toChannelError);
    const asking = orDeadline(socket.isOnWhatsApp(recipient), deadline);
    const isOnWhatsApp = await asking.catch((cause: unknown) => {
      throw new PassedOverError('WhatsApp did not say whether the number is there', cause);
    });
    await contacts.saveLookup(sessionId, recipient, isOnWhatsApp, now());
    return isOnWhatsApp;
  }

  return { deliver };
}
