import type { Caller } from '../../../domain/access/caller.ts';
import type { StartedVerification } from '../../../services/verification/create-verification.ts';
import { preferenceHeader, rateLimitHeaders } from '../../openapi/headers.ts';
import { preferenceApplied } from '../../respond-async.ts';
import { answer, success } from '../schemas/envelope.ts';
import { presentPending } from './verification-response.ts';
import { Pending, pendingExample } from './verification-schemas.ts';

const MESSAGE = 'OTP is being sent';

/** The answer to a request that does not wait for the channel, for the document. */
export const ACCEPTED = answer(Pending, 'The code is being sent; with `Prefer: respond-async`', {
  message: MESSAGE,
  example: pendingExample,
  headers: { ...rateLimitHeaders, ...preferenceHeader },
});

/** The same for a request: the arguments of `c.json`. */
export function toAccepted(caller: Caller, issued: StartedVerification) {
  return [success(MESSAGE, presentPending(caller, issued)), 202, preferenceApplied] as const;
}
