import type { z } from '@hono/zod-openapi';
import { Email, PhoneNumber } from '../schemas/identifiers.ts';
import { fault } from '../schemas/one-of.ts';

type Named = { readonly phoneNumber?: string | undefined; readonly email?: string | undefined };

/** Whether a body names a recipient, an ID, or both. */
export function namesVerification(
  body: Named & { readonly verificationId?: string | undefined },
): boolean {
  return namesRecipient(body) || body.verificationId !== undefined;
}

export function namesRecipient({ phoneNumber, email }: Named): boolean {
  return phoneNumber !== undefined || email !== undefined;
}

export function namesOneRecipient({ phoneNumber, email }: Named): boolean {
  return phoneNumber === undefined || email === undefined;
}

export const NAMES_NONE = fault('required', 'give phoneNumber, email or verificationId');
export const NAMES_NO_RECIPIENT = {
  path: ['phoneNumber'],
  ...fault('required', 'is missing. Give phoneNumber, or email to verify an email address'),
};
export const NAMES_BOTH = fault(
  'conflict',
  'give phoneNumber or email, not both. A code that was sent with both belongs to the number',
);

/** Which recipient a code is or was for: one of both. */
export const recipientInBody = {
  phoneNumber: PhoneNumber.optional(),
  email: Email.optional().openapi({ description: 'The email address, instead of `phoneNumber`' }),
};

type Sending = {
  readonly method?: string | undefined;
  readonly companyName?: string | undefined;
  readonly returnCode?: boolean | undefined;
};

/** The fields that say how a code is sent. */
const OF_CODES = ['email', 'workflow'] as const;

/** Refuses fields that belong to the other method, and a message of the person that would not name the company. */
export function refuseOtherMethod(body: Sending, context: z.RefinementCtx): void {
  const refuse = (path: string, { error, params }: ReturnType<typeof fault>): void =>
    context.addIssue({ code: 'custom', path: [path], message: error, params });
  if (body.method !== 'inbound') {
    if (body.returnCode !== undefined) {
      refuse('returnCode', fault('conflict', 'belongs to method inbound'));
    }
    return;
  }
  if (body.companyName === undefined) {
    const why = 'is missing. With method inbound, the message names it';
    refuse('companyName', fault('required', why));
  }
  for (const name of OF_CODES) {
    if (name in body) refuse(name, fault('conflict', 'does not belong to method inbound'));
  }
}
