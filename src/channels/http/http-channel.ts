import { randomId } from '../../lib/crypto/secrets.ts';
import { parseJson } from '../../lib/json.ts';
import type { Channel, ChannelMessage } from '../contract.ts';
import { createProviderClient } from '../provider-request.ts';
import { type FailureRule, findFailure } from './failure-rules.ts';
import { findId } from './json-path.ts';
import { type ReceiptMapping, readReceipt } from './receipts.ts';
import {
  type PlaceholderValues,
  parseFormTemplate,
  parseJsonTemplate,
  parseUrlTemplate,
} from './template.ts';

export type HttpChannelOptions = {
  readonly name: string;
  /** May have placeholders in its query. */
  readonly url: string;
  readonly token: string | undefined;
  readonly method?: 'POST' | 'PUT' | 'GET';
  /** Added to the default headers, or in place of those of the same name. Names are in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The template of the body; by default, it is a JSON object of all fields. */
  readonly body?: string | undefined;
  readonly bodyType?: 'json' | 'form';
  /** Where a JSON response has the gateway's ID of the message. */
  readonly idPath?: string | undefined;
  readonly failures?: readonly FailureRule[] | undefined;
  readonly receipts?: ReceiptMapping | undefined;
};

const CONTENT_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
} as const;

/**
 * Creates a channel that passes messages to the operator's own gateway, which returns 2xx when it accepts one. By
 * default it posts JSON; templates fit it to the API of any SMS provider.
 */
export function createHttpChannel(options: HttpChannelOptions): Channel {
  const { name, method = 'POST', idPath, failures = [], receipts } = options;
  const client = createProviderClient();
  const readsBody = idPath !== undefined || failures.length > 0;
  const headers = buildHeaders(options);
  const url = parseUrlTemplate(options.url);
  const fillBody = createBodyWriter(options);

  return {
    name,
    drawMessageId: () => randomId(16),
    async send(message) {
      const { deadline, messageId } = message;
      const response = await client.request({
        url: url.fill(toValues(message)),
        method,
        headers,
        body: fillBody(message),
        readsBody,
        deadline,
      });
      const failure = findFailure(failures, response);
      if (failure !== undefined) throw failure;
      const id = idPath && findId(parseJson(response.text), idPath);
      return { messageId, status: 'accepted', ...(id && { providerMessageId: id }) };
    },
    ...(receipts && { readCallback: async (request) => readReceipt(receipts, request) }),
    close: client.close,
  };
}

function buildHeaders({ method, token, headers, bodyType = 'json' }: HttpChannelOptions) {
  return {
    ...(method !== 'GET' && { 'content-type': CONTENT_TYPES[bodyType] }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...headers,
  };
}

function createBodyWriter({ method, body, bodyType }: HttpChannelOptions) {
  if (method === 'GET') return () => '';
  if (body === undefined) return writeAllFields;
  const template = bodyType === 'form' ? parseFormTemplate(body) : parseJsonTemplate(body);
  return (message: ChannelMessage) => template.fill(toValues(message));
}

function writeAllFields(message: ChannelMessage): string {
  const { verificationId, recipient: to, code, text, locale, companyName } = message;
  return JSON.stringify({ verificationId, to, code, text, locale, companyName });
}

function toValues(message: ChannelMessage): PlaceholderValues {
  const { recipient, code, text, messageId, locale, companyName = '', verificationId } = message;
  const toDigits = recipient.replace(/^\+/, '');
  return { to: recipient, toDigits, code, text, messageId, locale, companyName, verificationId };
}
