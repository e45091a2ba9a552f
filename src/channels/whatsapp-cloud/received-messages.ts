import { z } from 'zod';
import { toPhoneNumber } from '../../domain/whatsapp/whatsapp-number.ts';
import type { CallbackResponse, ReceivedText } from '../contract.ts';

export type MessageOptions = {
  /** Meta's ID of our number. */
  readonly phoneNumberId: string;
  /** Our number (E.164); undefined if messages to it are not read. */
  readonly ownNumber: string | undefined;
};

/** Meta reports the messages to all numbers of an app to one URL. */
const Change = z.object({
  field: z.literal('messages'),
  value: z.object({
    metadata: z.object({ phone_number_id: z.string() }),
    messages: z.array(z.unknown()),
  }),
});

const Message = z.object({
  id: z.string().min(1).max(256),
  // The number in WhatsApp's form. People who have a username can hide it.
  from: z
    .string()
    .regex(/^\d{5,15}$/)
    .optional()
    .catch(undefined),
  // Seconds since 1970.
  timestamp: z.string().regex(/^\d{1,11}$/),
  type: z.literal('text'),
  text: z.object({ body: z.string() }),
  context: z
    .object({ forwarded: z.boolean(), frequently_forwarded: z.boolean() })
    .partial()
    .optional()
    .catch({ forwarded: true }),
});

/** Lists the texts that people wrote to our number. Other messages, and those to other numbers, are skipped. */
export function readMessages(
  { phoneNumberId }: MessageOptions,
  changes: readonly unknown[],
): Required<Pick<CallbackResponse, 'messages'>> {
  const messages = changes
    .map((change) => Change.safeParse(change).data?.value)
    .filter((value) => value?.metadata.phone_number_id === phoneNumberId)
    .flatMap((value) => value?.messages ?? []);
  return { messages: messages.flatMap(toText) };
}

function toText(reported: unknown): ReceivedText[] {
  const { data } = Message.safeParse(reported);
  if (data === undefined) return [];
  const { id: messageId, from, timestamp, text, context } = data;
  return [
    {
      messageId,
      sender: from === undefined ? undefined : toPhoneNumber(from),
      text: text.body,
      sentAt: new Date(Number(timestamp) * 1000),
      isForwarded: context?.forwarded === true || context?.frequently_forwarded === true,
    },
  ];
}
