import { z } from 'zod';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { ChannelError } from '../contract.ts';
import { isSuccess } from '../provider-request.ts';

const Refused = z.object({ ok: z.literal(false), error: z.string() });

const REASONS = new Map<string, DeliveryFailureReason>([
  ['PHONE_NUMBER_NOT_FOUND', 'not_on_channel'],
  ['PHONE_NUMBER_NOT_AVAILABLE', 'not_on_channel'],
  ['PHONE_NUMBER_INVALID', 'refused'],
  ['ACCESS_TOKEN_INVALID', 'misconfigured'],
  ['ACCESS_TOKEN_REQUIRED', 'misconfigured'],
  ['BALANCE_NOT_ENOUGH', 'misconfigured'],
  ['CALLBACK_URL_INVALID', 'misconfigured'],
  ['CODE_INVALID', 'misconfigured'],
  ['CODE_LENGTH_INVALID', 'misconfigured'],
  ['CODE_LENGTH_REQUIRED', 'misconfigured'],
  ['PAYLOAD_INVALID', 'misconfigured'],
  ['SENDER_NOT_OWNED', 'misconfigured'],
  ['SENDER_NOT_VERIFIED', 'misconfigured'],
  ['SENDER_USERNAME_INVALID', 'misconfigured'],
  ['TTL_INVALID', 'misconfigured'],
  ['UNKNOWN_METHOD', 'misconfigured'],
]);

/** The request to wait has the number of seconds in its name. */
const FLOOD_WAIT = /^FLOOD_WAIT(_\d{1,9})?$/;

/** Names of errors have no digits, so that none can contain the code. */
const NAME = /^[A-Z_]{1,64}$/;

/** The error for a response that accepts nothing. */
export function toError(status: number, answer: unknown): ChannelError {
  const error = Refused.safeParse(answer).data?.error;
  const isClear = error !== undefined && status < 500;
  const reason = reasonOf(status, error);
  const mayHaveArrived = !isClear && reason === 'unavailable' && status !== 429;
  return new ChannelError(reason, describe(status, error), {
    // One request ID is sent once.
    mayHaveArrived: mayHaveArrived || error === 'MESSAGE_ALREADY_SENT',
  });
}

function reasonOf(status: number, error: string | undefined): DeliveryFailureReason {
  if (error === undefined) return reasonOfStatus(status);
  if (FLOOD_WAIT.test(error)) return 'unavailable';
  return REASONS.get(error) ?? (status < 400 ? 'refused' : reasonOfStatus(status));
}

/** A 2xx without an answer that can be read is from a proxy, or from a Gateway that has changed. */
function reasonOfStatus(status: number): DeliveryFailureReason {
  if (status >= 500 || status === 429 || isSuccess(status)) return 'unavailable';
  const isOurSetup = status < 400 || status === 401 || status === 403 || status === 404;
  return isOurSetup ? 'misconfigured' : 'refused';
}

function describe(status: number, error: string | undefined): string {
  if (error === undefined) return `Telegram returned ${status}`;
  const isName = NAME.test(error) || FLOOD_WAIT.test(error);
  return `Telegram error ${isName ? error : 'without a name'}`;
}
