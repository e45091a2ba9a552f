import { z } from '@hono/zod-openapi';
import { PhoneNumber, passcodeOf } from './verification.ts';

export const TestNumberParams = z.object({ phoneNumber: PhoneNumber });

/** A body that makes a number a test number, here where passcodes have `length` digits. */
export function testNumberBodyOf(length: number) {
  return z
    .strictObject({
      otp: passcodeOf(length).openapi({ description: 'The passcode that this number always gets' }),
      validUntil: z.iso
        .datetime()
        .optional()
        .openapi({ description: 'At most 365 days ahead; 30 days when it is left out' }),
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
