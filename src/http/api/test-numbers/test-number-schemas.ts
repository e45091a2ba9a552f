import { z } from '@hono/zod-openapi';
import { E164, PhoneNumber } from '../schemas/identifiers.ts';
import { Moment } from '../schemas/time.ts';
import { codeOf } from '../verification/verification-schemas.ts';

export const TestNumberParams = z.object({ phoneNumber: PhoneNumber });

/** The body that saves a test number. Its code has `length` digits. */
export function testNumberBodyOf(length: number) {
  return z
    .strictObject({
      otp: codeOf(length).openapi({ description: 'The code that this number always gets' }),
      validUntil: Moment.optional().openapi({
        description:
          'When it stops being a test number: at most 365 days ahead; 30 days by default',
        example: '2027-01-31T12:00:00Z',
      }),
    })
    .openapi('TestNumberRequest', { description: 'The fixed code of a test number.' });
}

export const TestNumber = z
  .object({
    phoneNumber: E164,
    validUntil: z.iso.datetime().describe('When it stops being a test number'),
    createdAt: z.iso.datetime().describe('When it was created'),
  })
  .openapi('TestNumber', { description: 'A number with a fixed code.' });

export const DeletedTestNumber = z.object({ phoneNumber: E164 });
