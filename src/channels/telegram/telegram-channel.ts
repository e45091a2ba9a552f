import { z } from 'zod';
import { randomId } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import {
  type CallbackRequest,
  type Channel,
  ChannelError,
  type ChannelMessage,
} from '../contract.ts';
import { createProviderClient, type ProviderResponse } from '../provider-request.ts';
import { toError } from './errors.ts';
import { REQUEST_ID, readReport } from './report.ts';

type Options = {
  readonly name: string;
  readonly callbackUrl: string | undefined;
  readonly accessToken: string;
  /** The channel that the code comes from; undefined means Telegram's own "Verification Codes". */
  readonly senderUsername: string | undefined;
  readonly apiUrl: string;
};

/** The limits of the Gateway. */
const CODE = /^\d{4,8}$/;
const SHORTEST_TTL = 30;
const LONGEST_TTL = 3600;
const LONGEST_CALLBACK_URL = 256;

const Accepted = z.object({
  ok: z.literal(true),
  result: z.object({ request_id: z.string().regex(REQUEST_ID) }),
});

/** Creates a channel that sends codes through the Telegram Gateway, which writes the text. */
export function createTelegramChannel(options: Options): Channel {
  const { name, accessToken, apiUrl } = options;
  const client = createProviderClient();
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };

  async function call(method: string, fields: object, deadline: AbortSignal): Promise<string> {
    const body = JSON.stringify(fields);
    const response = await client.request({ url: `${apiUrl}/${method}`, headers, body, deadline });
    return readRequestId(response);
  }

  return {
    name,
    drawMessageId: () => randomId(16),
    async send(message) {
      const { code, recipient, messageId, deadline } = message;
      if (!CODE.test(code)) {
        throw new ChannelError(
          'misconfigured',
          'Telegram accepts codes of 4 to 8 digits: set OTP_LENGTH to at most 8',
        );
      }
      // Telegram charges for a positive answer, and then not for the message. A negative answer is free.
      const checked = await call('checkSendAbility', { phone_number: recipient }, deadline).catch(
        withoutDoubt,
      );
      const fields = buildRequest(options, message, checked);
      const requestId = await call('sendVerificationMessage', fields, deadline);
      return { messageId, status: 'accepted', providerMessageId: requestId };
    },
    ...(isAccepted(options.callbackUrl) && {
      readCallback: async (request: CallbackRequest) => readReport(accessToken, request),
    }),
    close: client.close,
  };
}

function buildRequest(
  { senderUsername, callbackUrl }: Options,
  { recipient, code, messageId, ttlSeconds }: ChannelMessage,
  requestId: string,
) {
  return {
    phone_number: recipient,
    request_id: requestId,
    code,
    ttl: Math.min(LONGEST_TTL, Math.max(SHORTEST_TTL, Math.floor(ttlSeconds))),
    ...(senderUsername !== undefined && { sender_username: senderUsername }),
    // Reports repeat the payload, so that they can be matched before the response has arrived.
    ...(isAccepted(callbackUrl) && { callback_url: callbackUrl, payload: messageId }),
  };
}

/** Telegram refuses a message with another callback URL, and a code is worth more than its receipts. */
function isAccepted(callbackUrl: string | undefined): boolean {
  if (callbackUrl === undefined) return false;
  return callbackUrl.startsWith('https://') && callbackUrl.length <= LONGEST_CALLBACK_URL;
}

/** Returns the ID under which Telegram knows the message. @throws {ChannelError} */
function readRequestId({ status, text }: ProviderResponse): string {
  const answer = parseJson(text);
  const { data } = Accepted.safeParse(answer);
  if (data === undefined) throw toError(status, answer);
  return data.result.request_id;
}

/** Nothing is sent before the check has succeeded. */
function withoutDoubt(error: unknown): never {
  if (!(error instanceof ChannelError)) throw error;
  throw new ChannelError(error.reason, error.message, {
    cause: error.cause,
    mayHaveArrived: false,
  });
}
