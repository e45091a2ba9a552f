import { parseJson } from '../../lib/json.ts';
import {
  CallbackRefusedError,
  type CallbackRequest,
  type CallbackResponse,
  type DeliveryNews,
} from '../contract.ts';
import { findAt, findId } from './json-path.ts';

export type ReceiptStatus = DeliveryNews['status'];

/** How to read the receipts of a gateway. */
export type ReceiptMapping = {
  readonly idPath: string;
  readonly statusPath: string;
  /** What the gateway's words for a status mean. */
  readonly statuses: ReadonlyMap<string, ReceiptStatus>;
  /** Whether the ID is the gateway's own; otherwise it is our `messageId`. */
  readonly hasProviderId: boolean;
};

/**
 * Reads a receipt. It is not signed: the token in the callback URL is its credential.
 * @throws {CallbackRefusedError}
 */
export function readReceipt(mapping: ReceiptMapping, request: CallbackRequest): CallbackResponse {
  const fields = readFields(request);
  const id = findId(fields, mapping.idPath);
  if (id === undefined) {
    throw new CallbackRefusedError('it has no ID at HTTP_CHANNEL_RECEIPT_ID_PATH');
  }
  const word = findAt(fields, mapping.statusPath);
  if (word === undefined) {
    throw new CallbackRefusedError('it has no status at HTTP_CHANNEL_RECEIPT_STATUS_PATH');
  }
  const status = mapping.statuses.get(String(word));
  // A word that is not listed says nothing new, such as "sent".
  if (status === undefined) return { receipts: [] };
  const name = mapping.hasProviderId ? { providerMessageId: id } : { messageId: id };
  return { receipts: [{ ...name, ...toNews(status, String(word)) }] };
}

/** The word is one of the operator's own list, so that it may be shown. */
function toNews(status: ReceiptStatus, word: string): DeliveryNews {
  if (status !== 'failed') return { status };
  return { status, reason: 'refused', details: `the gateway reported ${word}` };
}

/** The fields of a JSON body, of a form, or of the query. */
function readFields({ method, url, body }: CallbackRequest): unknown {
  const text = method === 'GET' ? '' : body.toString('utf8').trim();
  if (text === '') return Object.fromEntries(new URL(url).searchParams);
  if (!/^[{[]/.test(text)) return Object.fromEntries(new URLSearchParams(text));
  const json = parseJson(text);
  if (json === undefined) throw new CallbackRefusedError('its body is not JSON');
  return json;
}
