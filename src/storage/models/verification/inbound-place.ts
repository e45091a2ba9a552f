import { primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/** One of the places that a number or an address has for open verifications by an incoming message. */
export class InboundPlace extends table('inbound_places', {
  // A keyed digest of the number or address, and the number of the place.
  place: primaryKey(string(64)),
  verificationId: string(64),
  expiresAt: time,
}) {}
