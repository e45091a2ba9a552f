import { z } from 'zod';
import { findCodeIn, toRelayPurpose } from '../../../domain/hooks/hook.ts';
import type { Dialect } from './dialect.ts';
import { optionalText, readFields, UNSAID, withoutCode } from './read-body.ts';

const Call = z.object({
  contextInfo: z.object({
    eventType: z.string(),
    recipientPhoneNumber: optionalText,
    recipientEmailAddress: optionalText,
  }),
  templateData: z.object({ text: optionalText }).nullish(),
  args: z.object({ code: optionalText, lastPhone: optionalText }).nullish(),
});

/** What event types, such as `session.otp.sms.challenged`, have a code for. */
const PURPOSES = ['otp', 'phone', 'email', 'password'];

/** The HTTP notification providers of ZITADEL (`channels/webhook/channel.go`). */
export const zitadel: Dialect = {
  authentication: 'zitadel',

  read({ body }) {
    const { contextInfo, templateData, args } = readFields(Call, body);
    const { eventType, recipientPhoneNumber, recipientEmailAddress } = contextInfo;
    const to = recipientPhoneNumber ?? recipientEmailAddress ?? args?.lastPhone ?? '';
    const text = templateData?.text;
    const code = args?.code ?? findCodeIn(text ?? '');
    if (code === undefined) throw withoutCode(`The event ${toRelayPurpose(eventType)}`);
    const parts = eventType.split('.');
    const purpose = toRelayPurpose(PURPOSES.find((name) => parts.includes(name)));
    return { ...UNSAID, to, code, text, purpose };
  },
};
