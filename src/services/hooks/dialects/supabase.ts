import { z } from 'zod';
import { type HookEvent, toRelayPurpose } from '../../../domain/hooks/hook.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { Dialect } from './dialect.ts';
import { optionalText, readFields, UNSAID, withoutCode } from './read-body.ts';

const Call = z.object({
  metadata: z.object({ uuid: z.string().min(1), ip_address: optionalText }),
  user: z.object({ email: optionalText }).optional(),
  sms: z.object({ otp: z.string(), phone: z.string(), sms_type: optionalText }).optional(),
  email_data: z.object({ token: optionalText, email_action_type: z.string() }).optional(),
});

/**
 * The hooks Send SMS and Send Email of Supabase Auth (`v0hooks.go`, `mailer.go`). Retries have another `webhook-id`, but
 * the same `metadata.uuid`. Numbers have no `+`.
 */
export const supabase: Dialect = {
  authentication: 'standard_webhooks',

  read({ body }) {
    const { metadata, user, sms, email_data: email } = readFields(Call, body);
    const common = { ...UNSAID, eventId: metadata.uuid, clientIp: metadata.ip_address };
    if (sms) {
      const to = `+${sms.phone.replace(/^\+/, '')}`;
      return { ...common, to, code: sms.otp, purpose: toRelayPurpose(sms.sms_type) };
    }
    if (email) return { ...common, ...readEmail(email, user?.email) };
    throw withoutCode('A call that is neither send-sms nor send-email');
  },
};

/** A change of the address has two codes for two addresses, and notifications have none. */
function readEmail(
  {
    token,
    email_action_type: type,
  }: { readonly token: string | undefined; readonly email_action_type: string },
  address: string | undefined,
): Pick<HookEvent, 'to' | 'code' | 'purpose'> {
  if (type === 'email_change') {
    throw invalidField('email_action_type', 'email_change is not supported', 'invalid_value');
  }
  if (token === undefined) throw withoutCode('An email without one');
  if (address === undefined) throw invalidField('user.email', 'is missing', 'required');
  return { to: address, code: token, purpose: toRelayPurpose(type) };
}
