import { z } from 'zod';
import { findCodeIn } from '../../../domain/hooks/hook.ts';
import type { Dialect } from './dialect.ts';
import { readFields, UNSAID, withoutCode } from './read-body.ts';

const Call = z.object({ to: z.string(), text: z.string() });

/**
 * The SMS authenticator for Keycloak of netzbegruenung (`ApiSmsService.java`), with the attributes `to` and `text`, as JSON
 * or as a form. It sends a text only.
 */
export const keycloak: Dialect = {
  authentication: 'secret',

  read({ body }) {
    const { to, text } = readFields(Call, body);
    const code = findCodeIn(text);
    if (code === undefined) throw withoutCode('A text without one');
    return { ...UNSAID, to, code, text, purpose: 'mfa' };
  },
};
