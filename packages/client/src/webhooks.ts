import { Webhook } from 'standardwebhooks';
import type { components } from './generated/api.ts';

/** An event as a webhook gets it. */
export type WebhookEvent = components['schemas']['Event'];

type Headers = { get(name: string): string | null } | Readonly<Record<string, unknown>>;

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/**
 * Checks the signature of a request from Waverify (Standard Webhooks), which must be at most five minutes old, and returns
 * its event. `body` is the body as it arrived, not parsed; `secret` begins with `whsec_`.
 * @throws if the signature, its time or the secret is wrong.
 */
export function verifyWebhook(secret: string, headers: Headers, body: string): WebhookEvent {
  const found = Object.fromEntries(HEADERS.map((name) => [name, read(headers, name)]));
  return new Webhook(secret).verify(body, found) as WebhookEvent;
}

function read(headers: Headers, name: string): string {
  if (typeof headers['get'] === 'function') return (headers as { get: Getter }).get(name) ?? '';
  return String((headers as Readonly<Record<string, unknown>>)[name] ?? '');
}

type Getter = (name: string) => string | null;
