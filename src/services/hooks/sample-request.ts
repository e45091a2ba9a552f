import type { HookDialect } from '../../domain/hooks/hook.ts';
import { dialects } from './dialects/dialects.ts';

/** A call as the server makes it, for people who set it up. */
export type SampleRequest = {
  readonly method: 'POST';
  readonly url: string;
  /** In place of a secret or signature, they say how it is made. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
};

const TO = '+6281234567890';
const CODE = '482913';
const TEXT = `${CODE} is your code.`;

const BODIES: Readonly<Record<HookDialect, object>> = {
  supabase: {
    metadata: { uuid: '4d5c1c2b-1f0e-4c57-9a53-0b8d3d5b7a10', name: 'send-sms' },
    user: { phone: TO.slice(1) },
    sms: { otp: CODE, phone: TO.slice(1) },
  },
  logto: { to: TO, type: 'SignIn', payload: { code: CODE, locale: 'id-ID' }, ip: '203.0.113.9' },
  kratos: {
    recipient: TO,
    template_type: 'login_code_valid',
    message_type: 'sms',
    body: TEXT,
    template_data: { to: TO, login_code: CODE, expires_in_minutes: 10 },
  },
  zitadel: {
    contextInfo: { eventType: 'session.otp.sms.challenged', recipientPhoneNumber: TO },
    templateData: { text: TEXT },
    args: { code: CODE },
  },
  authgear: {
    to: TO,
    body: TEXT,
    template_name: 'verification_sms.txt',
    language_tag: 'id-ID',
    template_variables: { code: CODE },
  },
  authentik: { From: 'Shop', To: TO, Body: CODE, Message: TEXT },
  keycloak: { to: TO, text: TEXT, from: 'Shop' },
  generic: { to: TO, code: CODE, purpose: 'login', locale: 'id', expiresIn: 300 },
};

const SIGNED = {
  standard_webhooks: {
    'webhook-id': 'a new ID for each try',
    'webhook-timestamp': 'seconds since 1970',
    'webhook-signature': 'v1,base64(HMAC-SHA256(secret, id.timestamp.body))',
  },
  zitadel: { 'ZITADEL-Signature': 't=seconds,v1=hex(HMAC-SHA256(signing key, seconds.body))' },
  authgear: { 'x-authgear-body-signature': 'hex(HMAC-SHA256(secret, body))' },
  secret: { authorization: 'Bearer SECRET' },
} as const;

/** The call of a server, at the address of a hook. */
export function toSampleRequest(dialect: HookDialect, url: string): SampleRequest {
  const proof = SIGNED[dialects[dialect].authentication];
  const headers = { 'content-type': 'application/json', ...proof };
  return { method: 'POST', url, headers, body: BODIES[dialect] };
}
