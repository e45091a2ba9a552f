import { z } from '@hono/zod-openapi';
import { deliveryFailureReasons } from '../../../domain/delivery/delivery.ts';
import { relayStatuses } from '../../../domain/hooks/hook.ts';
import { Activity, LoggedOtp } from '../logs/log-schemas.ts';
import {
  ChannelName,
  ChannelNameOrNull,
  DeliveryStatus,
  PhoneNumberOrEmail,
  SessionName,
} from '../schemas/identifiers.ts';
import { oneOf } from '../schemas/one-of.ts';
import { recipientFields } from '../schemas/recipient.ts';

export const RecipientParams = z.object({ phoneNumber: PhoneNumberOrEmail });

const time = z.iso.datetime().nullable();

const LoggedDelivery = z
  .object({
    verificationId: z.string().describe('The verification that it belongs to'),
    channel: ChannelName.describe('The channel'),
    sessionId: SessionName.nullable(),
    messageId: z.string().nullable().describe('The ID of the message on its channel'),
    status: DeliveryStatus.describe('The status of the delivery'),
    reason: z
      .enum(deliveryFailureReasons)
      .nullable()
      .describe('Why the channel did not accept the message'),
    details: z.string().nullable().describe('The message of the channel, for people'),
    createdAt: z.iso.datetime().describe('When it began'),
    acceptedAt: time.describe('When the channel accepted the message'),
    deliveredAt: time.describe('When it reached the device'),
    readAt: time.describe('When it was read'),
    failedAt: time.describe('When it failed'),
  })
  .openapi('LoggedDelivery', { description: 'One message to a recipient on one channel.' });

const RelayedMessage = z
  .object({
    id: z.string().describe('The ID of the message: the `verificationId` of its deliveries'),
    hookId: z.string().nullable().describe('The hook; null if an API key requested it'),
    purpose: z.string().describe('What the code is for'),
    status: oneOf(relayStatuses).openapi({ description: 'How it ended' }),
    channel: ChannelNameOrNull.describe('The channel that accepted it'),
    createdAt: z.iso.datetime().describe('When it was requested'),
  })
  .openapi('RelayedMessage', { description: 'A message with a code that another server created.' });

export const Recipient = z
  .object({
    ...recipientFields,
    challenges: z
      .array(
        LoggedOtp.omit({ delivery: true }).extend({
          companyName: z.string().nullable().describe('Who sent the code'),
          ipAddress: z.string().nullable().describe('The address of the caller, or its `clientIp`'),
          userAgent: z.string().nullable().describe('The `User-Agent` of the caller'),
        }),
      )
      .describe('Codes that were requested for the recipient'),
    relayed: z
      .array(RelayedMessage)
      .describe('Codes of other servers that were delivered to the recipient'),
    deliveries: z.array(LoggedDelivery).describe('Deliveries to the recipient'),
    activity: z.array(Activity).describe('Entries of the activity log about the recipient'),
    contacts: z
      .array(z.string())
      .describe('Sessions that have been in contact with the number; none with an email address'),
    testNumberUntil: time.describe('Until when it is a test number; null if it is not one'),
    isSafe: z
      .boolean()
      .describe(
        'Whether it is on the safe list of verify services, as the clients of Twilio Verify call it',
      ),
    isComplete: z.boolean().describe('false if there are more than 10,000 rows of a kind'),
  })
  .openapi('Recipient', { description: 'Everything stored about a recipient.' });

export const Erased = z
  .object({
    challenges: z.int().describe('Codes that were erased'),
    deliveries: z.int().describe('Deliveries that were erased'),
    activities: z.int().describe('Entries of the activity log that were erased'),
    contacts: z.int().describe('Known contacts of sessions that were erased'),
    messages: z.int().describe('Messages in the conversations of sessions that were erased'),
    testNumbers: z.int().describe('Test numbers that were deleted'),
    safeNumbers: z.int().describe('Entries of the safe list that were deleted'),
    answers: z.int().describe('Stored responses for an `Idempotency-Key` that were erased'),
  })
  .openapi('Erased', { description: 'How many rows were erased.' });
