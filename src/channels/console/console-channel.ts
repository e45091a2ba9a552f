import { randomId } from '../../lib/crypto/secrets.ts';
import type { Channel } from '../contract.ts';

/**
 * Prints the code: for trying things out on one's own machine, where no provider is set up.
 * `print` writes one line where the operator sees it; it is not the log, which holds no code.
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
