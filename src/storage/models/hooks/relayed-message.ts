import { LONGEST_CHANNEL_NAME } from '../../../domain/delivery/channel-name.ts';
import type { RelayStatus } from '../../../domain/hooks/hook.ts';
import { integer, nullable, serial, string, text, time, unique } from '../../columns.ts';
import { table } from '../../table.ts';

/** A message with a code that another server created. Neither its code nor its text is in clear in any column. */
export class RelayedMessage extends table('relayed_messages', {
  id: serial,
  // Its deliveries name it in `verificationId`.
  relayId: unique(string(64)),
  accountId: string(36),
  // NULL if it was requested with an API key.
  hookId: nullable(string(40)),
  // A keyed digest of the event. Unique while the event must not be sent again, NULL afterwards.
  eventKey: unique(nullable(string(64))),
  // The recipient: a number in E.164, or an email address; empty if the call named none.
  phoneNumber: string(254),
  region: string(2),
  purpose: string(32),
  codeLength: integer,
  status: string<RelayStatus>(10),
  // The error code of a refusal or failure.
  reason: nullable(string(32)),
  channel: nullable(string(LONGEST_CHANNEL_NAME)),
  // The credential that requested it: `hook:…`, `key:…` or `bootstrap`.
  sentBy: string(64),
  ipAddress: nullable(string(45)),
  // What is needed to send it, sealed, and when that is erased at the latest; both are NULL when it is of no use.
  sealedMessage: nullable(text),
  eraseAt: nullable(time),
  // Until when the code is valid, as far as is known.
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
}) {}
