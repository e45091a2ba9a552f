import { createHmac, randomBytes } from 'node:crypto';

/** What a request needs so that its receiver can verify it (Standard Webhooks 1.0). */
export type WebhookHeaders = {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
};

type WebhookMessage = {
  /** The same for every attempt, so that the receiver can recognise a repeated event. */
  readonly id: string;
  /** The time of this attempt; receivers reject what is older than a few minutes. */
  readonly timestamp: Date;
  /** Exactly as it is sent. */
  readonly body: string;
  /** As `drawSecret` and `readSecret` return them: one, or two while they are rotated. */
  readonly secrets: readonly string[];
};

/** A secret in canonical form, or why a text is not a secret. */
export type ReadSecret = { readonly secret: string } | { readonly fault: string };

const PREFIX = 'whsec_';
const DRAWN_BYTES = 32;
const FEWEST_BYTES = 24;
const MOST_BYTES = 64;

const SIZE_FAULT = `must be the base64 of ${FEWEST_BYTES} to ${MOST_BYTES} random bytes, with or without ${PREFIX} before it`;
const FORMAT_FAULT = `must be standard base64, with its padding, with or without ${PREFIX} before it`;

/** An id is signed up to its first full stop, and is the value of a header. */
const WEBHOOK_ID = /^[\w-]+$/;

/** Draws a signing secret: `whsec_` and the base64 of 32 random bytes. */
export function drawSecret(): string {
  return toSecret(randomBytes(DRAWN_BYTES));
}

/** Reads a secret that a customer chose: the base64 of 24 to 64 bytes, with or without `whsec_`. */
export function readSecret(text: string): ReadSecret {
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  const key = Buffer.from(base64, 'base64');
  // Node skips what is no base64; the receiver's library would fail or derive another key.
  if (key.toString('base64') !== base64) return { fault: FORMAT_FAULT };
  if (key.length < FEWEST_BYTES || key.length > MOST_BYTES) return { fault: SIZE_FAULT };
  return { secret: toSecret(key) };
}

/**
 * The headers of one attempt, with one signature for each secret.
 * @throws {Error} if an id or a secret is not valid, or if there is no secret: these are ours, not the caller's.
 */
export function signWebhook({ id, timestamp, body, secrets }: WebhookMessage): WebhookHeaders {
  if (!WEBHOOK_ID.test(id))
    throw new Error('the id of a webhook has other characters than A-Z a-z 0-9 _ -');
  if (secrets.length === 0) throw new Error('a webhook needs at least one secret');
  const seconds = String(Math.floor(timestamp.getTime() / 1000));
  const signed = `${id}.${seconds}.${body}`;
  const sign = (secret: string) =>
    `v1,${createHmac('sha256', toKey(secret)).update(signed).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': secrets.map(sign).join(' '),
  };
}

function toSecret(key: Buffer): string {
  return `${PREFIX}${key.toString('base64')}`;
}

function toKey(secret: string): Buffer {
  const read = readSecret(secret);
  if ('fault' in read) throw new Error(`a stored webhook secret ${read.fault}`);
  return Buffer.from(read.secret.slice(PREFIX.length), 'base64');
}
