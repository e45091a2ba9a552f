import { isEmailRecipient, maskRecipient } from '../../domain/recipient.ts';
import type { EventData } from '../../domain/webhooks/event.ts';

/** How events name a recipient: a number as `phoneNumber`, an address as `email`. */
export function nameRecipient(recipient: string): EventData {
  if (recipient === '') return {};
  return isEmailRecipient(recipient) ? { email: recipient } : { phoneNumber: recipient };
}

/** The same with most of it hidden. */
export function nameMasked(recipient: string): EventData {
  return nameRecipient(maskRecipient(recipient));
}

/** Whether an event names a recipient. */
export function namesRecipient(data: EventData): boolean {
  return data['phoneNumber'] !== undefined || data['email'] !== undefined;
}
