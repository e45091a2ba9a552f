import { z } from 'zod';
import { findCodeIn, isRelayedCode } from '../../../domain/hooks/hook.ts';
import type { Dialect } from './dialect.ts';
import { optionalText, readFields, UNSAID, withoutCode } from './read-body.ts';

const Call = z.object({ To: z.string(), Body: z.string(), Message: optionalText });

/** The generic provider of the SMS stage of authentik (`send_generic`). `Body` is the code alone. */
export const authentik: Dialect = {
  authentication: 'secret',

  read({ body }) {
    const { To: to, Body, Message: text = Body } = readFields(Call, body);
    const code = isRelayedCode(Body) ? Body : findCodeIn(text);
    if (code === undefined) throw withoutCode('A message without one');
    return { ...UNSAID, to, code, text, purpose: 'mfa' };
  },
};
