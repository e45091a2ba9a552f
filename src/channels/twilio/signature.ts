import { createHmac } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import { isSameSecret } from '../../lib/crypto/secrets.ts';

type SignedRequest = {
  readonly url: string;
  /** The fields of the form that was posted. */
  readonly fields: URLSearchParams;
  /** The value of `X-Twilio-Signature`. */
  readonly signature: string;
};

/** Whether Twilio signed a request, by the rules of the function `validateRequest` of its SDK. */
export function isSignedByTwilio(
  { url, fields, signature }: SignedRequest,
  authToken: string,
): boolean {
  const signedFields = joinFields(fields);
  return listForms(url).some((form) => {
    const hmac = createHmac('sha1', authToken).update(form + signedFields);
    return isSameSecret(signature, hmac.digest('base64'));
  });
}

/** The names and values, sorted, without separators. A value that was sent twice counts once. */
function joinFields(fields: URLSearchParams): string {
  const names = [...new Set(fields.keys())].sort();
  return names
    .flatMap((name) => [...new Set(fields.getAll(name))].sort().map((value) => name + value))
    .join('');
}

/** The forms of a URL that Twilio may have signed: with and without the port, as given, normalized and re-encoded. */
function listForms(url: string): string[] {
  const normalized = new URL(url).toString();
  const forms = [url, normalized].flatMap(withAndWithoutPort);
  return [...forms, ...withAndWithoutPort(normalized).map(reencodeQuery)];
}

/** The part up to the host, the port with its colon, and the rest. */
const URL_PARTS = /^([a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?(?:[^/?#]*\])?[^/?#:]*)(:[^/?#]*)?(.*)$/is;

function withAndWithoutPort(url: string): string[] {
  const [, host = '', port, rest = ''] = URL_PARTS.exec(url) ?? [undefined, url];
  const standardPort = /^https:/i.test(url) ? ':443' : ':80';
  return [`${host}${rest}`, `${host}${port ?? standardPort}${rest}`];
}

function reencodeQuery(url: string): string {
  const [path = '', ...query] = url.split('?');
  return query.join('?') === '' ? url : `${path}?${stringify(parse(query.join('?')))}`;
}
