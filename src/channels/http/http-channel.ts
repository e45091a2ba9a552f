import type { DeliveryFailureReason } from '../../domain/delivery.ts';
import { type Channel, ChannelError } from '../contract.ts';

type Options = {
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch: typeof fetch;
};

/**
 * Posts the message as JSON to the operator's own gateway, which answers 2xx when it took it. Any
 * SMS or mail provider is joined this way. Redirects are not followed: they could lead anywhere.
 */
export function createHttpChannel({ url, token, fetch }: Options): Channel {
  const headers = {
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return {
    name: 'http',
    async send({
      recipient,
      passcode,
      text,
      verificationId,
      messageId,
      locale,
      companyName,
      deadline,
    }) {
      const body = { verificationId, to: recipient, code: passcode, text, locale, companyName };
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: deadline,
      }).catch((error: unknown) => {
        if (deadline.aborted)
          throw new ChannelError('timeout', 'the gateway did not answer in time');
        throw new ChannelError('unavailable', 'the gateway could not be reached', error);
      });
      await response.body?.cancel(); // Only the status counts; an endless answer must not.
      if (response.ok) return { messageId, status: 'accepted' };
      throw new ChannelError(reasonOf(response.status), `the gateway answered ${response.status}`);
    },
  };
}

function reasonOf(status: number): DeliveryFailureReason {
  if (status >= 500 || status === 429) return 'unavailable';
  const isOurSetup = status < 400 || status === 401 || status === 403 || status === 404;
  return isOurSetup ? 'misconfigured' : 'refused';
}
