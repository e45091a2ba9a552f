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
import { describeFailure } from './failure.ts';
import { readReceipt } from './receipt.ts';
import { registerWebhooks } from './webhooks.ts';

type Options = {
  readonly name: string;
  readonly callbackUrl: string | undefined;
  /** The phone's own server, or the cloud server of the app. */
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  /** The signing key of the app's webhooks; undefined if signatures are not checked. */
  readonly webhookKey: string | undefined;
  /** The SIM that sends; undefined means the one that the app chooses. */
  readonly simNumber: number | undefined;
};

/** From this priority on, the app sends without the pauses and limits that are set in it. */
const EXPEDITED = 100;

const SHORTEST_LIFETIME_SECONDS = 5;

/** Creates a channel that sends SMS from an Android phone with the app SMS Gateway for Android. */
export function createAndroidChannel(options: Options): Channel {
  const { name, callbackUrl, apiUrl, username, password, webhookKey, simNumber } = options;
  const client = createProviderClient();
  const headers = {
    authorization: basicAuthorization(username, password),
    'content-type': 'application/json',
  };
  let isRegistered = false;
  let callbackFault: string | undefined;

  /** Does not delay the first message: the phone takes longer to send it. */
  function registerOnce(deadline: AbortSignal): void {
    if (callbackUrl === undefined || isRegistered) return;
    isRegistered = true;
    registerWebhooks({ client, apiUrl, headers, callbackUrl }, deadline).then(
      (fault) => {
        callbackFault = fault;
      },
      () => {
        // The next message tries it again.
        isRegistered = false;
      },
    );
  }

  return {
    name,
    drawMessageId: () => randomId(16),
    async send({ recipient, text, messageId, ttlSeconds, deadline }) {
      registerOnce(deadline);
      const body = JSON.stringify({
        id: messageId,
        textMessage: { text },
        phoneNumbers: [recipient],
        ttl: Math.max(ttlSeconds, SHORTEST_LIFETIME_SECONDS),
        priority: EXPEDITED,
        withDeliveryReport: callbackUrl !== undefined,
        simNumber,
      });
      checkAnswer(await client.request({ url: `${apiUrl}/messages`, headers, body, deadline }));
      return { messageId, status: 'accepted', ...(callbackFault && { details: callbackFault }) };
    },
    readCallback: async (request) => ({ receipts: readReceipt(request, webhookKey) }),
    close: client.close,
  };
}

/** The gateway has a message with our ID already. */
const CONFLICT = 409;

const Answer = z.object({
  state: z.string(),
  recipients: z.array(z.object({ error: z.string().nullish() })).optional(),
});

/** @throws {ChannelError} if the gateway did not accept the message. */
function checkAnswer({ status, text }: ProviderResponse): void {
  if (status === CONFLICT) return;
  if (!isSuccess(status)) throw errorOfStatus("the phone's gateway", status);
  const { state, recipients } = Answer.safeParse(parseJson(text)).data ?? {};
  if (state !== 'Failed') return;
  const { reason, details } = describeFailure(recipients?.[0]?.error ?? '');
  throw new ChannelError(reason, details, { mayHaveArrived: false });
}
