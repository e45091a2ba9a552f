import { z } from '@hono/zod-openapi';
import { NewPurpose, PhoneNumber } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';
import { CompanyName, MessageLocale } from '../verification/verification-schemas.ts';

const LONGEST_URL = 2000;
const LONGEST_ORIGIN = 255;

type Ways = { readonly returnUrl?: unknown; readonly openerOrigin?: unknown };

const NO_WAY = {
  path: ['returnUrl'],
  ...fault('required', 'is missing: give returnUrl, openerOrigin, or both'),
};

function namesWay({ returnUrl, openerOrigin }: Ways): boolean {
  return returnUrl !== undefined || openerOrigin !== undefined;
}

export const NewPageBody = z
  .strictObject({
    phoneNumber: PhoneNumber.optional().openapi({
      description: 'The number to verify. The user sees it masked. Without it, the user enters one',
    }),
    purpose: NewPurpose.optional().openapi({
      description: 'What the verification is for; `login` by default',
    }),
    companyName: CompanyName.optional(),
    locale: MessageLocale.optional().openapi({
      description:
        'The language of the page and of the message, as a BCP 47 tag. By default, that of the browser and of the number',
    }),
    returnUrl: z.string().max(LONGEST_URL).optional().openapi({
      description:
        'Where the browser goes with the result. Its origin must be one of `PAGE_ORIGINS`; the parameters `proof` and `pageId` are added',
      example: 'https://shop.example.com/verified',
    }),
    openerOrigin: z.string().max(LONGEST_ORIGIN).optional().openapi({
      description:
        'The origin of the window that opens the page. It gets the result with `postMessage`. It must be one of `PAGE_ORIGINS`',
      example: 'https://shop.example.com',
    }),
  })
  .refine(namesWay, NO_WAY)
  .openapi('NewPageRequest', { description: 'A hosted page to create.' });

export const CreatedPage = z
  .object({
    pageId: z
      .string()
      .describe('The ID of the page. Keep it: the result must name a page of the same user'),
    url: z
      .string()
      .describe('The link for the user. It works in one browser, for one verification'),
    expiresAt: z.iso.datetime().describe('When the link expires'),
    expiresIn: z.int().describe('Seconds until the link expires'),
  })
  .openapi('CreatedPage', { description: 'A link to a hosted page.' });

export const createdPageExample = {
  pageId: '2cTq3fN0kK1mVqz8sXw4Yb7P',
  url: 'https://otp.example.com/verify/2cTq3fN0kK1mVqz8sXw4Yb7P.pX0…',
  expiresAt: '2026-11-28T17:56:14.884Z',
  expiresIn: 600,
};
