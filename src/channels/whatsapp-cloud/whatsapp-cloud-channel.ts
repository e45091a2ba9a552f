import { z } from 'zod';
import { randomId } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import {
  type CallbackRequest,
  type Channel,
  ChannelError,
  type ChannelMessage,
} from '../contract.ts';
import {
  createProviderClient,
  errorOfStatus,
  isSuccess,
  type ProviderResponse,
  reasonOfStatus,
} from '../provider-request.ts';
import { describeError, reasonOfError } from './errors.ts';
import { PROVIDER_ID, readWebhook } from './webhook.ts';

export type WhatsAppCloudOptions = {
  readonly name: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  /** The name of an approved authentication template. */
  readonly template: string;
  /** The language of the template; undefined means that of the message. */
  readonly language: string | undefined;
  /** Signs the callbacks; without it, they are refused. */
  readonly appSecret: string | undefined;
  readonly verifyToken: string | undefined;
  readonly apiUrl: string;
  readonly apiVersion: string;
  readonly wantsReceipts: boolean;
};

const Accepted = z.object({
  messages: z.tuple(
    [
      z.object({
        id: z.string().regex(PROVIDER_ID).optional().catch(undefined),
        message_status: z.string().optional().catch(undefined),
      }),
    ],
    z.unknown(),
  ),
});

const Refused = z.object({ error: z.object({ code: z.number() }) });

/** Creates a channel that sends an authentication template of a WhatsApp business account. */
export function createWhatsAppCloudChannel(options: WhatsAppCloudOptions): Channel {
  const { name, phoneNumberId, accessToken, apiUrl, apiVersion } = options;
  const client = createProviderClient();
  const url = `${apiUrl}/${apiVersion}/${phoneNumberId}/messages`;
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/json',
  };

  return {
    name,
    drawMessageId: () => randomId(16),
    async send(message) {
      const body = JSON.stringify(buildRequest(options, message));
      const { deadline, messageId } = message;
      const response = await client.request({ url, headers, body, deadline });
      if (!isSuccess(response.status)) throw toError(response);
      return { messageId, status: 'accepted', ...readAccepted(response) };
    },
    // Without the secret, no report can be checked.
    ...(options.appSecret !== undefined && {
      readCallback: async (request: CallbackRequest) => readWebhook(options, request),
      // Meta sends up to 1000 reports at once, in at most 3 MB.
      mostCallbackBytes: 3 * 1024 * 1024,
    }),
    close: client.close,
  };
}

/** The template has the code twice: in the text, and for its button, whose type is `url` even if it copies the code. */
function buildRequest(
  { template, language, wantsReceipts }: WhatsAppCloudOptions,
  { recipient, code, locale, messageId }: ChannelMessage,
) {
  const parameters = [{ type: 'text', text: code }];
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: recipient,
    type: 'template',
    template: {
      name: template,
      language: { code: language ?? locale.replace('-', '_') },
      components: [
        { type: 'body', parameters },
        { type: 'button', sub_type: 'url', index: '0', parameters },
      ],
    },
    // Receipts repeat it, so that they can be matched before the response has arrived.
    ...(wantsReceipts && { biz_opaque_callback_data: messageId }),
  };
}

function readAccepted({ text }: ProviderResponse) {
  const { data } = Accepted.safeParse(parseJson(text));
  if (data === undefined) return {};
  const [{ id, message_status: status }] = data.messages;
  return {
    ...(id !== undefined && { providerMessageId: id }),
    ...(status === 'held_for_quality_assessment' && { details: 'held for quality assessment' }),
  };
}

function toError({ status, text }: ProviderResponse): ChannelError {
  const { data } = Refused.safeParse(parseJson(text));
  if (data === undefined) return errorOfStatus('WhatsApp', status);
  const { code } = data.error;
  const reason = reasonOfError(code) ?? reasonOfStatus(status);
  return new ChannelError(reason, describeError(code), {
    mayHaveArrived: status >= 500 && reason === 'unavailable',
  });
}
