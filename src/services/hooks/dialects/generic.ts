import { z } from 'zod';
import { CODE_SECONDS, toRelayPurpose } from '../../../domain/hooks/hook.ts';
import type { Dialect } from './dialect.ts';
import { optionalText, readFields, UNSAID } from './read-body.ts';

const Call = z.strictObject({
  to: z.string(),
  code: z.string(),
  text: optionalText,
  purpose: optionalText,
  locale: optionalText,
  companyName: optionalText,
  expiresIn: z.int().min(CODE_SECONDS.min).max(CODE_SECONDS.max).nullish(),
  clientIp: optionalText,
});

/** Our own format, for servers that run code of their operator. `Idempotency-Key` identifies an event. */
export const generic: Dialect = {
  authentication: 'secret',

  read({ body, headers }) {
    const { expiresIn, purpose, ...call } = readFields(Call, body);
    return {
      ...{ ...UNSAID, ...call, purpose: toRelayPurpose(purpose) },
      eventId: headers['idempotency-key'],
      ttlSeconds: expiresIn ?? undefined,
    };
  },
};
