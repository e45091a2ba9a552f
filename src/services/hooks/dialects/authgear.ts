import { z } from 'zod';
import { toRelayPurpose } from '../../../domain/hooks/hook.ts';
import type { Dialect } from './dialect.ts';
import { optionalText, readFields, UNSAID, withoutCode } from './read-body.ts';

const Call = z.object({
  to: z.string(),
  body: optionalText,
  template_name: optionalText,
  language_tag: optionalText,
  template_variables: z.object({ code: optionalText }).nullish(),
});

/** The custom SMS gateway of Authgear (`sms_gateway.md`). Its signature has no time: a repeated body is the same event. */
export const authgear: Dialect = {
  authentication: 'authgear',

  read({ body }) {
    const { to, body: text, template_name: name, ...call } = readFields(Call, body);
    const code = call.template_variables?.code;
    if (code === undefined) throw withoutCode('A message with a link');
    const purpose = toRelayPurpose(name?.split('_', 1)[0]);
    return { ...UNSAID, to, code, text, purpose, locale: call.language_tag };
  },
};
