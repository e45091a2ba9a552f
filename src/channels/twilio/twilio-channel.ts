import { z } from 'zod';
import { randomId } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import {
  CallbackRefusedError,
  type CallbackRequest,
  type Channel,
  ChannelError,
  type DeliveryNews,
} from '../contract.ts';
import {
  basicAuthorization,
  createProviderClient,
  isSuccess,
  type ProviderResponse,
  reasonOfStatus,
} from '../provider-request.ts';
import { describeErrorCode } from './error-codes.ts';
import { isSignedByTwilio } from './signature.ts';

type Options = {
  readonly name: string;
  readonly callbackUrl: string | undefined;
  readonly apiUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** A number, a sender name or the SID of a messaging service. */
  readonly from: string;
};

/** Creates a channel that sends SMS through Twilio's Programmable Messaging. */
export function createTwilioChannel(options: Options): Channel {
  const { name, callbackUrl, apiUrl, accountSid, authToken, from } = options;
  const client = createProviderClient();
  const url = `${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const headers = {
    authorization: basicAuthorization(accountSid, authToken),
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  const isService = /^MG[\da-f]{32}$/i.test(from);
  const always = {
    ...(isService ? { MessagingServiceSid: from } : { From: from }),
  };

  return {
    name,
    drawMessageId: () => randomId(16),
    async send({ recipient, text, messageId, ttlSeconds, deadline }) {
      const body = new URLSearchParams({
        To: recipient,
        Body: text,
        ValidityPeriod: String(ttlSeconds),
        // Receipts repeat our ID, so that they can be matched before Twilio has answered, or if it never does.
        ...(callbackUrl && { StatusCallback: `${callbackUrl}?id=${messageId}` }),
        ...always,
      }).toString();
      const sid = readSid(await client.request({ url, headers, body, deadline }));
      return { messageId, status: 'accepted', ...(sid && { providerMessageId: sid }) };
    },
    readCallback: async (request) => ({ receipts: readReceipt(request, authToken) }),
    close: client.close,
  };
}

const Answer = z.object({
  sid: z.string().max(128).optional(),
  status: z.union([z.string(), z.number()]).optional(),
  /** Why a message failed at once. */
  error_code: z.number().nullish(),
  /** Why a request was refused. */
  code: z.number().optional(),
});

/** Returns Twilio's ID of an accepted message. @throws {ChannelError} */
function readSid({ status, text }: ProviderResponse): string | undefined {
  const answer = Answer.safeParse(parseJson(text)).data ?? {};
  const isAccepted = isSuccess(status);
  const code = isAccepted ? answer.error_code : answer.code;
  const hasFailed = answer.status === 'failed' || answer.status === 'undelivered';
  if (isAccepted && !hasFailed) return answer.sid;
  const fallback = isAccepted ? 'refused' : reasonOfStatus(status);
  const { reason, details } = code
    ? describeErrorCode(code, fallback)
    : { reason: fallback, details: `Twilio returned ${status}` };
  throw new ChannelError(reason, details, { mayHaveArrived: status >= 500 });
}

function readReceipt({ url, headers, body }: CallbackRequest, authToken: string) {
  const signature = headers['x-twilio-signature'];
  if (!signature) throw new CallbackRefusedError('X-Twilio-Signature is missing');
  const fields = new URLSearchParams(body.toString('utf8'));
  if (!isSignedByTwilio({ url, fields, signature }, authToken)) {
    throw new CallbackRefusedError('X-Twilio-Signature is wrong');
  }
  const providerMessageId = fields.get('MessageSid');
  if (!providerMessageId) throw new CallbackRefusedError('MessageSid is missing');
  const news = readNews(fields.get('MessageStatus'), fields.get('ErrorCode'));
  const messageId = new URL(url).searchParams.get('id');
  return news ? [{ ...(messageId ? { messageId } : { providerMessageId }), ...news }] : [];
}

/** Returns what a status says; undefined for the steps before the delivery. */
function readNews(status: string | null, errorCode: string | null): DeliveryNews | undefined {
  if (status === 'delivered' || status === 'read') return { status };
  if (status !== 'failed' && status !== 'undelivered') return undefined;
  const code = Number(errorCode);
  if (code > 0) return { status: 'failed', ...describeErrorCode(code, 'refused') };
  return { status: 'failed', reason: 'refused', details: `Twilio reported ${status}` };
}
