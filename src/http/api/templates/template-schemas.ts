import { z } from '@hono/zod-openapi';
import { toLocale, widen } from '../../../domain/delivery/locale.ts';
import { ANY } from '../../../domain/delivery/message-template.ts';
import { smsEncodings } from '../../../lib/sms-segments.ts';
import { channelOr, shownChannelOr } from '../schemas/identifiers.ts';
import { LOCALE_RULE } from '../schemas/locale.ts';
import { fault, oneOf } from '../schemas/one-of.ts';
import { pageFields } from '../schemas/page.ts';

/** Longer than any template, so that the service decides which ones are valid. */
const LONGEST_TEXT = 4000;

const TargetChannel = channelOr(ANY).openapi({
  description:
    'The channel that the template is for. A channel without a label stands for the labelled channels of its kind too, unless they have a template of their own; `*` stands for all channels without a template of their own',
  example: 'whatsapp',
});

const TargetLocale = z
  .string()
  .max(35)
  .overwrite(toTargetLocale)
  .refine(isTargetLocale, fault('invalid_format', `${LOCALE_RULE}, or *`))
  .openapi({
    description:
      'The language that the template is for, as a BCP 47 tag; `*` for all without a template of their own',
    example: 'en',
  });

export const TemplateParams = z.object({ channel: TargetChannel, locale: TargetLocale });

const Text = z.string().min(1).max(LONGEST_TEXT).openapi({
  description:
    'The text, at most 1000 characters. It must contain `{{code}}`, and may contain `{{company}}`, which is empty if a request names no company, and `{{minutes}}`. Links must lead to domains that an operator has declared for the account',
  example: '{{code}} is your {{company}} code. It is valid for {{minutes}} minutes.',
});

export const TemplateBody = z
  .strictObject({ text: Text })
  .openapi('TemplateRequest', { description: 'The text of a template.' });

export const TemplateQuery = z.strictObject(pageFields);

const shown = {
  text: z.string().describe('The text with its placeholders'),
  example: z.string().describe('The message with an example of a code and a company'),
  encoding: oneOf(smsEncodings).openapi({
    description:
      'The encoding as SMS: `UCS-2` if a character is not in GSM-7. A company name can change it',
    example: 'GSM-7',
  }),
  segments: z
    .int()
    .describe('How many SMS the message takes at most, with a company name of 60 characters'),
};

export const TemplatePreview = z
  .object(shown)
  .openapi('TemplatePreview', { description: 'What a text would look like as a message.' });

export const Template = z
  .object({
    channel: shownChannelOr(ANY).openapi({
      description: 'The channel that the template is for; `*` for all',
      example: 'whatsapp',
    }),
    locale: z.string().openapi({
      description: 'The language that the template is for; `*` for all',
      example: 'en',
    }),
    ...shown,
    createdAt: z.iso.datetime().describe('When it was created'),
    updatedAt: z.iso.datetime().describe('When its text was last saved'),
  })
  .openapi('Template', { description: 'A text that replaces the built-in one.' });

export const DeletedTemplate = z.object({
  channel: z.string().describe('The channel of the deleted template'),
  locale: z.string().describe('The language of the deleted template'),
});

/** The canonical form without extensions such as the numbering system, which do not change the text. */
function toTargetLocale(text: string): string {
  const locale = toLocale(text);
  const [target] = locale === undefined ? [] : widen(locale);
  return target ?? text;
}

function isTargetLocale(text: string): boolean {
  return text === ANY || toLocale(text) !== undefined;
}
