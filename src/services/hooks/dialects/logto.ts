import { z } from 'zod';
import { toRelayPurpose } from '../../../domain/hooks/hook.ts';
import type { Dialect } from './dialect.ts';
import { optionalText, readFields, UNSAID, withoutCode } from './read-body.ts';

const Call = z.object({
  to: z.string(),
  type: z.string(),
  payload: z.object({ code: optionalText, locale: optionalText }),
  ip: optionalText,
});

/** The HTTP SMS connector of Logto (`connector-http-sms`). Some types have a link instead of a code. */
export const logto: Dialect = {
  authentication: 'secret',

  read({ body }) {
    const { to, type, payload, ip } = readFields(Call, body);
    const { code, locale } = payload;
    if (code === undefined) throw withoutCode(`A message of the type ${toRelayPurpose(type)}`);
    return { ...UNSAID, to, code, purpose: toRelayPurpose(type), locale, clientIp: ip };
  },
};
