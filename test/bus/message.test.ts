import { describe, expect, it } from 'vitest';
import { readMessage, type WakeUp, writeMessages } from '../../src/bus/message.ts';

const from = 'node';

describe('a message of the bus', () => {
  it('is written and read without a loss, several wake-ups at a time', () => {
    const wakeUps: WakeUp[] = Array.from({ length: 500 }, (_, index) => [
      'command',
      `${index} ${'é🔑'.repeat(index % 40)}`,
    ]);
    const messages = writeMessages({ from, wakeUps });
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.length).toBeLessThan(wakeUps.length / 2);
    expect(messages.flatMap((text) => readMessage(text)?.wakeUps)).toEqual(wakeUps);
  });

  it('is ASCII and shorter than 4 KB, whatever the IDs', () => {
    const wakeUps: WakeUp[] = ['x', '\0', '"', '\\', '漢', '🔑', '\ud800'].flatMap((character) =>
      Array.from({ length: 40 }, (): WakeUp => {
        return ['session', character.repeat(200 / character.length)];
      }),
    );
    for (const message of writeMessages({ from, wakeUps })) {
      expect(message).toMatch(/^[ -~]*$/);
      expect(message.length).toBeLessThanOrEqual(4000);
    }
  });

  it('is one without wake-ups when there are none', () => {
    const [text = '', ...others] = writeMessages({ from, wakeUps: [] });
    expect(others).toEqual([]);
    expect(readMessage(text)).toEqual({ from, wakeUps: [] });
  });

  it.each(['', 'text', 'null', '[]', '{}', '{"from":1,"wakeUps":[]}', '{"from":"a","wakeUps":{}}'])(
    'is ignored if it is not one of ours: %s',
    (text) => expect(readMessage(text)).toBeUndefined(),
  );

  it('is read without what this version does not know', () => {
    const wakeUps = [
      ...[['later', 'a'], ['command', 1], ['command'], 'command', null],
      ...[
        ['command', 'x'.repeat(201)],
        ['reply', 'good'],
      ],
    ];
    expect(readMessage(JSON.stringify({ from, wakeUps, more: 1 }))).toEqual({
      from,
      wakeUps: [['reply', 'good']],
    });
  });
});
