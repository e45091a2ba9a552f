import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../lib/crypto/secrets.ts';

/** Whether `sig` is the HMAC-SHA256 of the other fields, as "Signing messages" of Vonage defines it. */
export function isSignedByVonage(fields: ReadonlyMap<string, string>, secret: string): boolean {
  const signed = [...fields.keys()]
    .filter((name) => name !== 'sig')
    .sort()
    .map((name) => `&${name}=${fields.get(name)?.replaceAll(/[&=]/g, '_')}`)
    .join('');
  const expected = createHmac('sha256', secret).update(signed).digest('hex');
  return isSameSecret((fields.get('sig') ?? '').toLowerCase(), expected);
}
