import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Channel, ChannelError, type ChannelMessage } from '../../src/channels/contract.ts';
import { deliveryFailureReasons } from '../../src/domain/delivery/delivery.ts';

/** A channel that a suite can make fail, and what it handed over. */
export type ChannelUnderTest = {
  readonly channel: Channel;
  /** The texts that reached the other side; where the provider writes the text, the codes. */
  readonly received: () => readonly string[];
  /** What a message for this channel has in place of what `newMessage` gives it. */
  readonly changes?: Partial<ChannelMessage>;
  /** Ways to make the next message fail; none where the channel cannot. */
  readonly faults: Readonly<Record<string, () => void>>;
  close(): Promise<void>;
};

const PASSCODE = '8675309123';

export function newMessage(changes: Partial<ChannelMessage> = {}): ChannelMessage {
  return {
    recipient: '+6281234567890',
    code: PASSCODE,
    text: `${PASSCODE} is your verification code.`,
    verificationId: 'verification',
    messageId: 'message',
    accountId: 'default',
    sessions: ['default'],
    locale: 'en',
    companyName: undefined,
    ttlSeconds: 300,
    deadline: AbortSignal.timeout(5000),
    milliseconds: 5000,
    ...changes,
  };
}

/** What `send` threw. */
export async function failureOf(sending: Promise<unknown>): Promise<ChannelError> {
  const error = await sending.then(
    () => new Error('the message was accepted'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ChannelError) return error;
  throw error;
}

/** What every channel promises; each one's test file runs this. */
export function itIsAChannel(name: string, create: () => Promise<ChannelUnderTest>): void {
  describe(`${name}, as a channel`, () => {
    let subject: ChannelUnderTest;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(() => subject.close());

    it('hands the message over and answers with its name for it', async () => {
      const message = newMessage(subject.changes);
      const answer = await subject.channel.send(message);
      expect(answer).toMatchObject({ messageId: 'message', status: 'accepted' });
      expect(subject.received().at(-1)).toContain(message.code);
    });

    it('hands 20 concurrent messages over, each once', async () => {
      const messages = Array.from({ length: 20 }, (_, index) => {
        const code = String(867_500 + index);
        return newMessage({ ...subject.changes, code, text: `${code} for reader ${index}.` });
      });
      const before = subject.received().length;
      await Promise.all(messages.map((message) => subject.channel.send(message)));
      const received = subject.received().slice(before);
      expect(received).toHaveLength(20);
      for (const { code, text } of messages) {
        expect(received.filter((one) => one.includes(text) || one === code)).toHaveLength(1);
      }
    });

    it('fails with a reason of the closed list, and without the code', async () => {
      for (const fail of Object.values(subject.faults)) {
        fail();
        const deadline = AbortSignal.timeout(300);
        const message = newMessage({ ...subject.changes, deadline });
        const error = await failureOf(subject.channel.send(message));
        expect(deliveryFailureReasons).toContain(error.reason);
        expect(error.retryable).toBe(['unavailable', 'timeout'].includes(error.reason));
        expect(tell(error)).not.toContain(message.code);
      }
    });
  });
}

/** The error as a log might tell it, with its causes. */
function tell(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.stack} ${JSON.stringify(error)} ${tell(error.cause)}`;
}
