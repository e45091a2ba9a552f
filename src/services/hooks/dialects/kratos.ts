import { z } from 'zod';
import { CODE_SECONDS, findCodeIn, toRelayPurpose } from '../../../domain/hooks/hook.ts';
import type { Dialect } from './dialect.ts';
import { optionalText, readFields, UNSAID, withoutCode } from './read-body.ts';

const Call = z.object({
  recipient: z.string(),
  template_type: z.string(),
  body: optionalText,
  template_data: z.looseObject({ expires_in_minutes: z.number().positive().nullish() }).nullish(),
});

const CODE_FIELD = /^[a-z]+_code$/;

/** An HTTP channel of the courier of Ory Kratos (`courier/http_channel.go`), with the body `function(ctx) ctx`. */
export const kratos: Dialect = {
  authentication: 'secret',

  read({ body }) {
    const {
      recipient: to,
      template_type: type,
      body: text,
      template_data,
    } = readFields(Call, body);
    const fields = Object.entries(template_data ?? {});
    const named = fields.find(
      ([name, value]) => CODE_FIELD.test(name) && typeof value === 'string',
    );
    const code = named ? String(named[1]) : findCodeIn(text ?? '');
    if (code === undefined) throw withoutCode(`The template ${toRelayPurpose(type)}`);
    const minutes = template_data?.expires_in_minutes ?? undefined;
    const ttlSeconds = minutes === undefined ? undefined : toSeconds(minutes);
    const purpose = toRelayPurpose(type.split('_', 1)[0]);
    return { ...UNSAID, to, code, text: text?.trim(), purpose, ttlSeconds };
  },
};

/** Its operator can set any lifetime. A code that is valid longer is kept, and sent again, for as long as is possible here. */
function toSeconds(minutes: number): number {
  const { min, max } = CODE_SECONDS;
  return Math.min(max, Math.max(min, Math.round(minutes * 60)));
}
