import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { type Channel, ChannelError } from '../contract.ts';
import { createProviderClient } from '../provider-request.ts';

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
      throw new ChannelError(reasonOf(status), `the gateway returned ${status}`, {
        mayHaveArrived: status >= 500,
      });
    },
    close: client.close,
  };
}

function reasonOf(status: number): DeliveryFailureReason {
  if (status >= 500 || status === 429) return 'unavailable';
  const isOurSetup = status < 400 || status === 401 || status === 403 || status === 404;
  return isOurSetup ? 'misconfigured' : 'refused';
}
