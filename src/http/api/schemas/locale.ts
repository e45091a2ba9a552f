import { z } from '@hono/zod-openapi';
import { toLocale } from '../../../domain/delivery/locale.ts';
import { fault } from './one-of.ts';

export const LOCALE_RULE = 'must be a BCP 47 language tag, such as en or pt-BR';

/** A language. It is read in any case of letters and passed on in its canonical form. */
export const LocaleName = z
  .string()
  .max(35)
  .overwrite((text) => toLocale(text) ?? text)
  .refine((text) => toLocale(text) !== undefined, fault('invalid_format', LOCALE_RULE))
  .openapi({ description: 'A BCP 47 language tag', example: 'en' });
