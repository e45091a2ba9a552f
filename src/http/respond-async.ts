import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';

const PREFERENCE = 'respond-async';

/** The preferences of a field value. A comma in a quoted string does not separate; one that never ends is ignored. */
const EACH_PREFERENCE = /(?:[^,"]|"(?:[^"\\]|\\.)*(?:"|$))+/g;

/** With an empty value, which is the same as none, or with parameters, which have no meaning here. */
const IS_RESPOND_ASYNC = /^[ \t]*respond-async[ \t]*(?:=[ \t]*""[ \t]*)?(?:;|$)/i;

/** Whether the client prefers an answer before the work is done: `Prefer: respond-async` (RFC 7240). */
export function prefersAsync(c: Context): boolean {
  const preferences = c.req.header('prefer')?.match(EACH_PREFERENCE) ?? [];
  return preferences.some((preference) => IS_RESPOND_ASYNC.test(preference));
}

/** What an answer that follows the preference says. */
export const preferenceApplied = { 'Preference-Applied': PREFERENCE } as const;

/** Only for the document: unknown preferences are ignored, so every value is valid. */
export const PreferHeaders = z.object({
  prefer: z.string().optional().openapi({
    description:
      '`respond-async` answers 202 without waiting for the channel (RFC 7240). Other preferences are ignored',
    example: PREFERENCE,
  }),
});
