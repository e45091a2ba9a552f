import { z } from 'zod';
import { randomId } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import { type Channel, ChannelError } from '../contract.ts';
import {
  basicAuthorization,
  createProviderClient,
  errorOfStatus,
  isSuccess,
  type ProviderResponse,
} from '../provider-request.ts';
import { describeSendStatus } from './error-codes.ts';
import { readReceipt } from './receipt.ts';

type Options = {
  readonly name: string;
  readonly callbackUrl: string | undefined;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** A number or a sender name. */
  readonly from: string;
  /** Signs the receipts; undefined if the account does not sign them. */
  readonly signatureSecret: string | undefined;
};

const SHORTEST_LIFETIME_MS = 20_000;

/** Characters that fit into an SMS of type `text`; others need the type `unicode`. */
const GSM_TEXT = /^[\n\r -_a-~£¥èéùìòÇØøÅåÆæßÉÄÖÑÜäöñüà]*$/;

/** Creates a channel that sends SMS through Vonage's SMS API. */
export function createVonageChannel(options: Options): Channel {
  const { name, callbackUrl, apiUrl, apiKey, apiSecret, from, signatureSecret } = options;
  const client = createProviderClient();
  const url = `${apiUrl}/sms/json`;
  const headers = {
    authorization: basicAuthorization(apiKey, apiSecret),
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  const always = { from: withoutPlus(from), ...(callbackUrl && { callback: callbackUrl }) };

  return {
    name,
    drawMessageId: () => randomId(16),
    async send({ recipient, text, messageId, ttlSeconds, deadline }) {
      const body = new URLSearchParams({
        to: withoutPlus(recipient),
        text,
        type: GSM_TEXT.test(text) ? 'text' : 'unicode',
        ttl: String(Math.max(ttlSeconds * 1000, SHORTEST_LIFETIME_MS)),
        // Receipts repeat it, so that they can be matched before Vonage has answered, or if it never does.
        'client-ref': messageId,
        ...always,
      }).toString();
      const providerMessageId = readId(await client.request({ url, headers, body, deadline }));
      return { messageId, status: 'accepted', ...(providerMessageId && { providerMessageId }) };
    },
    readCallback: async (request) => ({ receipts: readReceipt(request, signatureSecret) }),
    close: client.close,
  };
}

/** Vonage writes numbers without a plus. */
function withoutPlus(number: string): string {
  return number.replace(/^\+/, '');
}

const Answer = z.object({
  /** One entry for each part of a long message. */
  messages: z
    .array(
      z.object({
        status: z.string().regex(/^\d{1,4}$/),
        'message-id': z.string().max(128).optional(),
      }),
    )
    .min(1),
});

/** Returns Vonage's ID of the first part. The HTTP status of a refused message is 200 too. @throws {ChannelError} */
function readId({ status, text }: ProviderResponse): string | undefined {
  if (!isSuccess(status)) throw errorOfStatus('Vonage', status);
  const parts = Answer.safeParse(parseJson(text)).data?.messages;
  if (!parts) {
    throw new ChannelError('unavailable', 'the answer of Vonage cannot be read', {
      mayHaveArrived: true,
    });
  }
  const refused = parts.find((part) => part.status !== '0');
  if (!refused) return parts[0]?.['message-id'];
  const { reason, details } = describeSendStatus(refused.status);
  const isAnyAccepted = parts.some((part) => part.status === '0');
  throw new ChannelError(reason, details, {
    mayHaveArrived: isAnyAccepted || refused.status === '5',
  });
}
