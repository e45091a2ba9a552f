import { randomInt } from 'node:crypto';
import { stringify } from 'node:querystring';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { isSignedByTwilio } from '../../../src/channels/twilio/signature.ts';
import { AUTH_TOKEN, signForm } from '../../support/providers/twilio.ts';

type Form = Record<string, string>;
type Signed = { readonly url: string; readonly form: Form; readonly signature: string };

const FORM: Form = {
  ...{ AccountSid: `AC${'0a'.repeat(16)}`, MessageSid: `SM${'2c'.repeat(16)}` },
  ...{ MessageStatus: 'delivered', To: '+6281234567890', Body: 'Kode Anda: äöå 💚 & = +' },
};

/** The addresses under which operators may have put the service. */
const URLS = [
  'https://otp.example.com/api/callbacks/twilio/token?id=message',
  'https://otp.example.com:443/api/callbacks/twilio/token?id=message',
  'https://otp.example.com:8443/api/callbacks/twilio/token?id=a%20b&x=',
  'http://otp.example.com/api/callbacks/twilio/token',
  'https://user:pass@otp.example.com/api/callbacks/twilio:us/token?id=1',
];

/** Changes one thing of a signed request; the URLs and forms are those that a stranger could send. */
const FORGERIES: Readonly<Record<string, (signed: Signed) => Signed>> = {
  'another path': (signed) => ({ ...signed, url: signed.url.replace('token', 'other') }),
  'another ID': (signed) => ({ ...signed, url: `${signed.url}2` }),
  'another status': (signed) => ({ ...signed, form: { ...signed.form, MessageStatus: 'failed' } }),
  'one more field': (signed) => ({ ...signed, form: { ...signed.form, Extra: '1' } }),
  'no signature': (signed) => ({ ...signed, signature: '' }),
  'a signature by another token': ({ url, form }) => ({
    ...{ url, form },
    signature: signForm(url, form, `${AUTH_TOKEN}2`),
  }),
  'a changed signature': (signed) => ({ ...signed, signature: changeOne(signed.signature) }),
};

function changeOne(text: string): string {
  const at = randomInt(text.length - 1);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

/** What Twilio's own package says, and what we say. */
function judge({ url, form, signature }: Signed) {
  const fields = new URLSearchParams(stringify(form));
  return {
    theirs: twilio.validateRequest(AUTH_TOKEN, signature, url, form),
    ours: isSignedByTwilio({ url, fields, signature }, AUTH_TOKEN),
  };
}

describe.each(URLS)('a receipt at %s', (url) => {
  const signed = { url, form: FORM, signature: signForm(url, FORM) };

  it('is accepted by the package of Twilio as the tests sign it, and by us', () => {
    expect(judge(signed)).toEqual({ theirs: true, ours: true });
  });

  it.each(Object.keys(FORGERIES))('is refused by both with %s', (name) => {
    const forged = FORGERIES[name]?.(signed) ?? signed;
    expect(judge(forged)).toEqual({ theirs: false, ours: false });
  });
});
