import { expect, it } from 'vitest';
import { createConsoleChannel } from '../../../src/channels/console/console-channel.ts';
import { itIsAChannel, newMessage } from '../../contracts/channel.ts';

itIsAChannel('the console', async () => {
  const printed: string[] = [];
  return {
    channel: createConsoleChannel((line) => void printed.push(line)),
    received: () => printed,
    faults: {},
    close: async () => {},
  };
});

it('prints one line that names the recipient and holds the whole text', async () => {
  const printed: string[] = [];
  await createConsoleChannel((line) => void printed.push(line)).send(newMessage());
  expect(printed).toEqual([
    '[console channel] to +6281234567890: 8675309123 is your verification code.',
  ]);
});
