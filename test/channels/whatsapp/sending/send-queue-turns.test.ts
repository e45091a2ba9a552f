import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NotSentError } from '../../../../src/channels/whatsapp/sending/not-sent-error.ts';
import { RefusedError } from '../../../../src/channels/whatsapp/session/send-queue.ts';
import { failureOf } from '../../../contracts/channel.ts';
import { createLine, newMessage } from '../../../support/whatsapp/send-queue-connection.ts';

const whyOf = async (sending: Promise<unknown>) => {
  const { reason, message } = await failureOf(sending);
  return `${reason}: ${message}`;
};

describe('the queue', () => {
  it('hands one message at a time to the line', async () => {
    let writing = 0;
    let most = 0;
    const line = createLine({
      async write(id) {
        writing += 1;
        most = Math.max(most, writing);
        await pause(2);
        writing -= 1;
        line.sendQueue.answered(id);
      },
    });
    line.open();
    const messages = Array.from({ length: 30 }, () => newMessage());
    await Promise.all(messages.map(line.sendQueue.send));
    expect(most).toBe(1);
    expect(line.written).toEqual(messages.map(({ messageId }) => messageId));
  });

  it('sends codes first and automatic replies last', async () => {
    const line = createLine({ write: async (id) => line.sendQueue.answered(id) });
    const sent = [
      newMessage({ messageId: 'first' }),
      newMessage({ messageId: 'reply', canWait: true }),
      newMessage({ messageId: 'message' }),
      newMessage({ messageId: 'code', isUrgent: true }),
    ].map(line.sendQueue.send);
    line.open();
    await Promise.all(sent);
    expect(line.written).toEqual(['first', 'code', 'message', 'reply']);
  });

  it('turns whoever comes as the 201st to the next channel at once', async () => {
    const { sendQueue } = createLine();
    const ends = Array.from({ length: 200 }, () => new AbortController());
    const waiting = ends.map(({ signal }) =>
      whyOf(sendQueue.send(newMessage({ deadline: signal }))),
    );
    await pause(20);
    const { waiting: count, oldestSeconds } = sendQueue.report();
    expect(count).toBe(200);
    expect(oldestSeconds).toBeGreaterThan(0.01);
    const error = await failureOf(sendQueue.send(newMessage()));
    expect(error).toBeInstanceOf(NotSentError);
    expect(error.message).toBe('too many messages are waiting for this number');
    for (const end of ends) end.abort();
    expect(new Set(await Promise.all(waiting))).toEqual(
      new Set(['unavailable: the message waited too long for its turn']),
    );
    expect(sendQueue.report()).toEqual({ waiting: 0, oldestSeconds: 0 });
  });

  it('never sends later what was too late while it waited', async () => {
    const { sendQueue, written, open, untilWritten } = createLine();
    const late = sendQueue.send(newMessage({ deadline: AbortSignal.timeout(30) }));
    // So that a new contact does not count, and another number may send it.
    expect(await failureOf(late)).toBeInstanceOf(NotSentError);
    const next = newMessage();
    const sending = sendQueue.send(next);
    open();
    await untilWritten(1);
    sendQueue.answered(next.messageId);
    await sending;
    expect(written).toEqual([next.messageId]);
  });

  it('keeps others off the line while a write goes on that was too late', async () => {
    let finish = () => {};
    const line = createLine({
      write: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    line.open();
    const slow = line.sendQueue.send(newMessage({ deadline: AbortSignal.timeout(40) }));
    const behind = line.sendQueue.send(newMessage({ deadline: AbortSignal.timeout(60) }));
    expect((await failureOf(slow)).reason).toBe('timeout');
    expect(await failureOf(behind)).toBeInstanceOf(NotSentError);
    expect(line.sendQueue.report().waiting).toBe(0);
    finish();
    await pause(20);
    expect(line.written).toHaveLength(1);
  });

  it('does not send what may not go any more when its turn comes', async () => {
    const { sendQueue, written, open } = createLine();
    const assertMayGo = () => {
      throw new NotSentError('blocked meanwhile');
    };
    const sending = whyOf(sendQueue.send(newMessage({ assertMayGo })));
    open();
    expect(await sending).toBe('unavailable: blocked meanwhile');
    expect(written).toEqual([]);
  });

  it('goes on to others while somebody known has not answered, but to nobody while a stranger has not', async () => {
    const { sendQueue, written, open, untilWritten } = createLine();
    open();
    const [known, stranger, last] = [
      newMessage(),
      newMessage({ isNewContact: true }),
      newMessage(),
    ];
    const sends = [known, stranger, last].map(sendQueue.send);
    await untilWritten(2);
    await pause(20);
    expect(written).toEqual([known.messageId, stranger.messageId]);
    sendQueue.answered(stranger.messageId);
    await untilWritten(3);
    for (const { messageId } of [known, last]) sendQueue.answered(messageId);
    await Promise.all(sends);
  });
});

describe('a message', () => {
  it.each([
    ['463', 'refused'],
    ['479', 'refused'],
    ['500', 'unavailable'],
  ])('that the server refuses with %s is %s, and not sent again', async (code, reason) => {
    const line = createLine({ write: async (id) => line.sendQueue.answered(id, code) });
    line.open();
    const error = await failureOf(line.sendQueue.send(newMessage()));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ reason, message: `WhatsApp refused the message (${code})` });
    await pause(50);
    expect(line.written).toHaveLength(1);
  });

  it('that could not be written at all leaves the way to another session', async () => {
    const line = createLine({ write: () => Promise.reject(new Error('all encryptions failed')) });
    line.open();
    expect(await failureOf(line.sendQueue.send(newMessage()))).toBeInstanceOf(NotSentError);
    expect(line.written).toHaveLength(1);
  });

  it('goes again, before others who wait, when the line broke under it', async () => {
    const { sendQueue, written, open, untilWritten } = createLine();
    open();
    const messages = [
      newMessage({ isNewContact: true }),
      ...Array.from({ length: 5 }, () => newMessage()),
    ];
    const sends = messages.map(sendQueue.send);
    const [first] = messages;
    await untilWritten(1);
    sendQueue.onDisconnect();
    // Whose turn comes in the very moment of the break is before it.
    await untilWritten(3);
    expect(written[2]).toBe(first?.messageId);
    sendQueue.answered(first?.messageId ?? '');
    await untilWritten(7);
    for (const { messageId } of messages) sendQueue.answered(messageId);
    await Promise.all(sends);
  });

  it('that waits for a line is not touched by the end of another', async () => {
    const { sendQueue, written, open, untilWritten } = createLine();
    const message = newMessage();
    const sending = sendQueue.send(message);
    sendQueue.onDisconnect();
    open();
    await untilWritten(1);
    sendQueue.answered(message.messageId);
    await sending;
    expect(written).toEqual([message.messageId]);
  });

  it('is not sent again when its answer comes while it waits for the next line', async () => {
    const { sendQueue, written, open, close, untilWritten } = createLine();
    open();
    const message = newMessage();
    const sending = sendQueue.send(message);
    await untilWritten(1);
    close();
    sendQueue.onDisconnect();
    await pause(20);
    sendQueue.answered(message.messageId);
    open();
    await sending;
    await pause(20);
    expect(written).toEqual([message.messageId]);
  });

  it('leaves the spacing to the one before it, counted from when that was written', async () => {
    const times: number[] = [];
    const line = createLine({
      spacingMs: 100,
      async write(id) {
        await pause(60); // As finding the way to a new contact takes time.
        times.push(performance.now());
        line.sendQueue.answered(id);
      },
    });
    line.open();
    await Promise.all([newMessage(), newMessage(), newMessage()].map(line.sendQueue.send));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(155);
  });
});
