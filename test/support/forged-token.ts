import { createHmac } from 'node:crypto';
import { createSecretKey } from '../../src/lib/crypto/secrets.ts';
import { SECRET_KEY } from './http/harness.ts';

type Fields = Readonly<Record<string, unknown>>;

type Forgery = {
  /** Fields in place of ours; undefined takes one away. */
  readonly header?: Fields;
  readonly payload?: Fields;
  /** JSON that no program of ours would write. */
  readonly rawPayload?: (json: string) => string;
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
  /** What the key was derived from, and what for. */
  readonly secret?: string;
  readonly label?: string;
  readonly signature?: string;
};

/** A token like `genuine`, but for what the forger changed, signed with the service's own key. */
export function forge(genuine: string, forgery: Forgery = {}): string {
  const [header, payload] = genuine.split('.', 2).map((part) => JSON.parse(decode(part)) as Fields);
  const json = JSON.stringify({ ...payload, ...forgery.payload });
  const signed = [
    JSON.stringify({ ...header, ...forgery.header }),
    forgery.rawPayload?.(json) ?? json,
  ]
    .map((text) => Buffer.from(text).toString('base64url'))
    .join('.');
  const key = createSecretKey(forgery.secret ?? SECRET_KEY).derive(forgery.label ?? 'access-token');
  const mac = createHmac(forgery.hash ?? 'sha256', key)
    .update(signed)
    .digest('base64url');
  return `${signed}.${forgery.signature ?? mac}`;
}

/** What a token says. */
export function claimsOf(token: string): Fields & { readonly iat: number; readonly exp: number } {
  return JSON.parse(decode(token.split('.')[1] ?? ''));
}

export function headerOf(token: string): Fields {
  return JSON.parse(decode(token.split('.')[0] ?? ''));
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString();
}
