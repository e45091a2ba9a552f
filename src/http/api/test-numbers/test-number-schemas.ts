import { z } from '@hono/zod-openapi';
import { Moment } from '../schemas/time.ts';
import { codeOf, PhoneNumber } from '../verification/verification-schemas.ts';

export const TestNumberParams = z.object({ phoneNumber: PhoneNumber });

/** A body that makes a number a test number, here where codes have `length` digits. */
export function testNumberBodyOf(length: number) {
  return z
    .strictObject({
      otp: codeOf(length).openapi({ description: 'The code that this number always gets' }),
      validUntil: Moment.optional().openapi({
        description: 'At most 365 days ahead; 30 days when it is left out',
        example: '2027-01-31T12:00:00Z',
      }),
    })
    .openapi('TestNumberRequest');
}

export const TestNumber = z
  .object({
    phoneNumber: z.string().openapi({ example: '+6281234567890' }),
    validUntil: z.iso.datetime(),
    createdAt: z.iso.datetime(),
  })
  .openapi('TestNumber');
