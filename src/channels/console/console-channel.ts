import { randomId } from '../../lib/crypto/secrets.ts';
import type { Channel } from '../contract.ts';

/**
 * Creates a channel that prints codes, for development without a provider. `print` writes a line to
 * the terminal. It must not write to the log, which contains no codes.
 */
export function createConsoleChannel(print: (line: string) => void): Channel {
  return {
    name: 'console',
    drawMessageId: () => randomId(16),
    async send({ recipient, text, messageId }) {
      print(`[console channel] to ${recipient}: ${text}`);
      return { messageId, status: 'accepted' };
    },
    close: async () => {},
  };
}
