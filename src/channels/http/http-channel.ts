import { randomId } from '../../lib/crypto/secrets.ts';
import { type Channel, ChannelError } from '../contract.ts';
import { createProviderClient, reasonOfStatus } from '../provider-request.ts';

type Options = {
  readonly name: string;
  readonly url: string;
  readonly token: string | undefined;
};

/**
 * Creates a channel that posts messages as JSON to the operator's own gateway, which returns 2xx when it
 * accepts one. This connects any SMS or email provider.
 */
export function createHttpChannel({ name, url, token }: Options): Channel {
  const client = createProviderClient();
  const headers = {
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  };

  return {
    name,
    drawMessageId: () => randomId(16),
    async send({
      recipient,
      code,
      text,
      verificationId,
      messageId,
      locale,
      companyName,
      deadline,
    }) {
      const fields = { verificationId, to: recipient, code, text, locale, companyName };
      const body = JSON.stringify(fields);
      const { status } = await client.request({ url, headers, body, deadline, readsBody: false });
      if (status >= 200 && status < 300) return { messageId, status: 'accepted' };
      // The gateway, or a load balancer in front of it, may have passed the message on before it failed.
      throw new ChannelError(reasonOfStatus(status), `the gateway returned ${status}`, {
        mayHaveArrived: status >= 500,
      });
    },
    close: client.close,
  };
}
