import type { Caller } from '../../../domain/access/caller.ts';
import type { Locale } from '../../../domain/delivery/locale.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';

export type InboundRequest = {
  readonly caller: Caller;
  /** The number that must send the message; undefined if any number may. */
  readonly recipient: Recipient | undefined;
  readonly purpose: string;
  readonly sessionId: string | undefined;
  /** The channel whose number receives the message; by default, see `chooseReceiver`. */
  readonly channel: string | undefined;
  readonly companyName: string;
  readonly locale: Locale | undefined;
  /** Whether a code is sent back, which the person must enter; by default, if no number is named. */
  readonly returnsCode?: boolean | undefined;
  /** The account whose sessions receive the message. By default, the caller's. */
  readonly receiverAccountId?: string;
};

/** A verification that waits for a message. `text` and `link` contain the token. */
export type StartedInbound = {
  readonly verificationId: string;
  readonly phoneNumber: string | undefined;
  readonly sessionId: string;
  /** The channel to whose number the message goes; undefined for that of the session. */
  readonly channel: string | undefined;
  readonly link: string;
  readonly text: string;
  readonly returnsCode: boolean;
  readonly expiresAt: Date;
  readonly expiresInSeconds: number;
};
