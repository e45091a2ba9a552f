import { randomId } from '../../lib/crypto/secrets.ts';
import { type Channel, ChannelError, type ChannelMessage } from '../contract.ts';
import { describeFailure } from './failure.ts';

type Options = {
  readonly name: string;
  readonly url: string;
  /** An address, perhaps with a name. */
  readonly from: string;
};

type Transport = Awaited<ReturnType<typeof loadTransport>>;

/** Creates a channel that sends emails through a mail server, over connections that are kept open. */
export function createEmailChannel({ name, url, from }: Options): Channel {
  let transport: Promise<Transport> | undefined;
  const domain = from.replace(/^.*@|>$/g, '');

  return {
    name,
    drawMessageId: () => randomId(16),
    async send(message) {
      const { recipient, text, messageId, deadline } = message;
      const mail = {
        from,
        // As an object, so that the address is never read as a list of several.
        to: { name: '', address: recipient },
        subject: writeSubject(message),
        text,
        messageId: `<${messageId}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: deadline,
      };
      transport ??= loadTransport(url);
      await (await transport).sendMail(mail).catch((error: unknown) => {
        const { reason, details, mayHaveArrived } = describeFailure(error);
        // Without the cause: it has the response of the server, which may quote the message.
        throw new ChannelError(reason, details, { mayHaveArrived });
      });
      return { messageId, status: 'accepted' };
    },
    close: async () => (await transport)?.close({ force: true }),
  };
}

const MOST_CONNECTIONS = 5;

/** Loaded for the first message, because most installations send no email. */
async function loadTransport(url: string) {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    pool: true,
    maxConnections: MOST_CONNECTIONS,
    // A message that was handed over before the connection broke could arrive twice.
    maxRequeues: 0,
    requireTLS: mustEncrypt(url),
  });
}

/** Credentials only cross a network encrypted, unless the parameter `requireTLS` of the URL says otherwise. */
function mustEncrypt(url: string): boolean {
  const { hostname, password } = new URL(url);
  return password !== '' && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** The code comes first, so that a notification shows it. No words, so that it fits the text in every language. */
function writeSubject({ code, companyName }: ChannelMessage): string {
  return companyName ? `${code} - ${companyName}` : code;
}
