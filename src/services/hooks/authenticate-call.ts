import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../lib/crypto/secrets.ts';
import type { Authentication } from './dialects/dialect.ts';
import { toStandardKey } from './hook-secrets.ts';

/** A call as it arrived. */
export type RawCall = {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
};

/** A call of the server that has the secret. */
export type Authentic = {
  /** The signature that must not be accepted again; undefined if calls have none with a time. */
  readonly signature: string | undefined;
};

type Check = (call: RawCall, secret: string, now: Date) => Authentic | undefined;

/** How far the clock of the server may differ from ours (Standard Webhooks 1.0; `signing.go` of ZITADEL). */
const TOLERANCE_SECONDS = 300;

const CHECKS: Readonly<Record<Authentication, Check>> = {
  standard_webhooks: checkStandard,
  zitadel: checkZitadel,
  authgear: checkAuthgear,
  secret: checkSecret,
};

/**
 * Checks over the bytes of a call, before anything is parsed, that it is from a server that has one of `secrets`, in
 * constant time; undefined if not. Two secrets are valid while one replaces the other.
 */
export function authenticateCall(
  authentication: Authentication,
  call: RawCall,
  { secrets, now }: { readonly secrets: readonly string[]; readonly now: Date },
): Authentic | undefined {
  for (const secret of secrets) {
    const authentic = CHECKS[authentication](call, secret, now);
    if (authentic) return authentic;
  }
  return undefined;
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function checkStandard({ headers, raw }: RawCall, secret: string, now: Date) {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': list } = headers;
  const key = toStandardKey(secret);
  if (!key || id === undefined || list === undefined || !isRecent(seconds, now)) return undefined;
  const own = hmac(key, `${id}.${seconds}.`, raw).digest('base64');
  const isOurs = list.split(' ').some((one) => isSameSecret(one, `v1,${own}`));
  return isOurs ? { signature: own } : undefined;
}

function checkZitadel({ headers, raw }: RawCall, secret: string, now: Date) {
  const parts = (headers['zitadel-signature'] ?? '').split(',').map((part) => part.trim());
  const seconds = parts.find((part) => part.startsWith('t='))?.slice(2);
  if (!isRecent(seconds, now)) return undefined;
  const own = hmac(secret, `${seconds}.`, raw).digest('hex');
  const isOurs = parts.some((part) => isSameSecret(part, `v1=${own}`));
  return isOurs ? { signature: own } : undefined;
}

/** It has no time, so the event itself must not be accepted again. */
function checkAuthgear({ headers, raw }: RawCall, secret: string) {
  const own = hmac(secret, '', raw).digest('hex');
  const isOurs = isSameSecret(headers['x-authgear-body-signature'] ?? '', own);
  return isOurs ? { signature: undefined } : undefined;
}

function checkSecret({ headers }: RawCall, secret: string) {
  const given = [headers['x-waverify-hook-key'] ?? '', ...readAuthorization(headers)];
  const isOurs = given.some((one) => isSameSecret(one, secret));
  return isOurs ? { signature: undefined } : undefined;
}

/** The secret in `Authorization`: alone, as a bearer token, or as the password of Basic authentication. */
function readAuthorization({ authorization = '' }: RawCall['headers']): readonly string[] {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return [credentials];
  if (!/^basic$/i.test(scheme)) return [authorization];
  const decoded = Buffer.from(credentials, 'base64').toString();
  return [decoded.slice(decoded.indexOf(':') + 1)];
}

function isRecent(seconds: string | undefined, now: Date): boolean {
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) return false;
  return Math.abs(now.getTime() / 1000 - Number(seconds)) <= TOLERANCE_SECONDS;
}

function hmac(key: Buffer | string, before: string, raw: Buffer) {
  return createHmac('sha256', key).update(before).update(raw);
}
