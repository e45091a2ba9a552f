import { z } from 'zod';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import {
  type CallbackRequest,
  type Channel,
  ChannelError,
  type ChannelMessage,
  type ReplyText,
} from '../contract.ts';
import {
  createProviderClient,
  errorOfStatus,
  isSuccess,
  type ProviderResponse,
  reasonOfStatus,
} from '../provider-request.ts';
import { describeError, isOfTranslation, mayBeOfLanguage, reasonOfError } from './errors.ts';
import { toTemplateLanguages } from './template-language.ts';
import { PROVIDER_ID, readWebhook } from './webhook.ts';

export type WhatsAppCloudOptions = {
  readonly name: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  /** The name of an approved authentication template. */
  readonly template: string;
  /** The language of the template; undefined means that of the message. */
  readonly language: string | undefined;
  /** The language of messages for which the template is not translated; undefined means English. */
  readonly defaultLanguage: string | undefined;
  /** Signs the callbacks; without it, they are refused. */
  readonly appSecret: string | undefined;
  readonly verifyToken: string | undefined;
  /** The number (E.164) to which people can write; undefined if their messages are not read. */
  readonly ownNumber: string | undefined;
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

const ENGLISH = 'en';

const Refused = z.object({ error: z.object({ code: z.number() }) });

/** Creates a channel that sends an authentication template of a WhatsApp business account, and reads texts to its number. */
export function createWhatsAppCloudChannel(options: WhatsAppCloudOptions): Channel {
  const { name, phoneNumberId, accessToken, apiUrl, apiVersion, ownNumber } = options;
  const client = createProviderClient();
  const url = `${apiUrl}/${apiVersion}/${phoneNumberId}/messages`;
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/json',
  };

  /** Sends the template in the first language in which Meta has it. The last response counts. */
  async function sendTemplate(message: ChannelMessage): Promise<ProviderResponse> {
    const { deadline, locale } = message;
    const post = (language: string) => {
      const body = JSON.stringify(buildRequest(options, message, language));
      return client.request({ url, headers, body, deadline });
    };
    const [first = ENGLISH, ...others] = listLanguages(options, locale);
    let response = await post(first);
    for (const language of others) {
      const code = readErrorCode(response);
      if (code === undefined || !mayBeOfLanguage(code)) break;
      response = await post(language);
    }
    return response;
  }

  async function reply({ recipient, text, deadline }: ReplyText): Promise<void> {
    const body = JSON.stringify(buildReply(recipient, text));
    const response = await client.request({ url, headers, body, deadline });
    if (!isSuccess(response.status)) throw toError(options, response);
  }

  return {
    name,
    ...(ownNumber !== undefined && { inbox: { phoneNumber: ownNumber, reply } }),
    drawMessageId: () => randomId(16),
    async send(message) {
      const response = await sendTemplate(message);
      if (!isSuccess(response.status)) throw toError(options, response);
      return { messageId: message.messageId, status: 'accepted', ...readAccepted(response) };
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

/** The languages to try, most suitable first. */
function listLanguages(
  { language, defaultLanguage = ENGLISH }: WhatsAppCloudOptions,
  locale: string,
): readonly string[] {
  if (language !== undefined) return [language];
  return [...new Set([...toTemplateLanguages(locale), defaultLanguage])];
}

/** The template has the code twice: in the text, and for its button, whose type is `url` even if it copies the code. */
function buildRequest(
  { template, wantsReceipts }: WhatsAppCloudOptions,
  { recipient, code, messageId }: ChannelMessage,
  language: string,
) {
  const parameters = [{ type: 'text', text: code }];
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: recipient,
    type: 'template',
    template: {
      name: template,
      language: { code: language },
      components: [
        { type: 'body', parameters },
        { type: 'button', sub_type: 'url', index: '0', parameters },
      ],
    },
    // Receipts repeat it, so that they can be matched before the response has arrived.
    ...(wantsReceipts && { biz_opaque_callback_data: messageId }),
  };
}

/** A text of any kind. Meta takes it within 24 hours of the person's last message. */
function buildReply(recipient: string, text: string) {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: recipient,
    type: 'text',
    text: { preview_url: false, body: text },
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

/** The code of the error with which Meta refused a message; undefined if there is none. */
function readErrorCode({ status, text }: ProviderResponse): number | undefined {
  return isSuccess(status) ? undefined : Refused.safeParse(parseJson(text)).data?.error.code;
}

function toError(options: WhatsAppCloudOptions, response: ProviderResponse): ChannelError {
  const { status } = response;
  const code = readErrorCode(response);
  if (code === undefined) return errorOfStatus('WhatsApp', status);
  const reason = toReason(options, code) ?? reasonOfStatus(status);
  return new ChannelError(reason, describeError(code), {
    mayHaveArrived: status >= 500 && reason === 'unavailable',
  });
}

/**
 * Without a language that the operator has set, any caller can choose one in which there is no template. This
 * concerns the one message, and must not look like a channel that is misconfigured for all.
 */
function toReason(
  { language, defaultLanguage }: WhatsAppCloudOptions,
  code: number,
): DeliveryFailureReason | undefined {
  const isLanguageSet = language !== undefined || defaultLanguage !== undefined;
  return isOfTranslation(code) && !isLanguageSet ? 'refused' : reasonOfError(code);
}
