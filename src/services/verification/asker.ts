import { type Caller, nameOfPrincipal } from '../../domain/caller.ts';
import type { Asker } from '../../lib/admission.ts';

/** With whom a caller takes turns: the other keys, and among the users of one key the other addresses. */
export function toAsker({ accountId, principal, ipAddress }: Caller): Asker {
  return { credential: `${accountId}|${nameOfPrincipal(principal)}`, address: ipAddress };
}
