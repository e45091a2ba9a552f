import type { Caller } from '../../domain/access/caller.ts';
import { seesRecipients } from '../../domain/access/recipient-access.ts';
import { isEmailRecipient, maskRecipient } from '../../domain/recipient.ts';

/** Presents a recipient, in full or masked: a number as `phoneNumber`, or an address as `email` in its place. */
export function presentRecipient(recipient: string) {
  // The sender of a message is not known before it arrives.
  if (recipient === '') return {};
  return isEmailRecipient(recipient)
    ? { recipientKind: 'email' as const, email: recipient }
    : { phoneNumber: recipient };
}

/** The same, in full or masked, as the caller sees recipients. */
export function presentRecipientTo(caller: Caller, recipient: string) {
  return presentRecipient(seesRecipients(caller) ? recipient : maskRecipient(recipient));
}
