import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import {
  CallbackRefusedError,
  type CallbackRequest,
  type DeliveryNews,
  type ProviderReceipt,
} from '../contract.ts';
import { describeReceipt } from './error-codes.ts';
import { isSignedByVonage } from './signature.ts';

type Fields = ReadonlyMap<string, string>;

/** Reads a delivery receipt. With a secret, it must be signed. @throws {CallbackRefusedError} */
export function readReceipt(
  request: CallbackRequest,
  signatureSecret: string | undefined,
): ProviderReceipt[] {
  const fields = readFields(request);
  if (signatureSecret !== undefined && !isSignedByVonage(fields, signatureSecret)) {
    throw new CallbackRefusedError(fields.has('sig') ? 'sig is wrong' : 'sig is missing');
  }
  const providerMessageId = fields.get('messageId');
  if (!providerMessageId) throw new CallbackRefusedError('messageId is missing');
  const news = readNews(fields.get('status'), fields.get('err-code') ?? '');
  const messageId = fields.get('client-ref');
  return news ? [{ ...(messageId ? { messageId } : { providerMessageId }), ...news }] : [];
}

const JsonFields = z.record(z.string(), z.coerce.string());

/** The account chooses how Vonage sends them: in the query, as a form or as JSON. */
function readFields({ method, url, headers, body }: CallbackRequest): Fields {
  const text = body.toString('utf8');
  if (method === 'GET') return new Map(new URL(url).searchParams);
  if (!headers['content-type']?.includes('json')) return new Map(new URLSearchParams(text));
  return new Map(Object.entries(JsonFields.safeParse(parseJson(text)).data ?? {}));
}

const FAILED = ['failed', 'rejected', 'expired'];

/** Returns what a status says; undefined for the steps before the delivery. */
function readNews(status: string | undefined, errorCode: string): DeliveryNews | undefined {
  if (status === 'delivered') return { status };
  if (status === undefined || !FAILED.includes(status)) return undefined;
  const isCode = /^\d{1,4}$/.test(errorCode);
  return { status: 'failed', ...describeReceipt(status, isCode ? errorCode : 'unknown') };
}
