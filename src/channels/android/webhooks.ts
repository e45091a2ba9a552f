import { createHash } from 'node:crypto';
import { ChannelError } from '../contract.ts';
import { type ProviderClient, reasonOfStatus } from '../provider-request.ts';

/** The events that say more than the answer to a send. */
const EVENTS = ['sms:delivered', 'sms:failed'];

type Options = {
  readonly client: ProviderClient;
  readonly apiUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly callbackUrl: string;
};

/**
 * Registers our callback URL with the gateway, once for each event. A registration has an ID of ours, so that a
 * repeated one, or one with a new token, replaces the earlier one. Returns what is wrong if the gateway refuses it.
 * @throws {ChannelError} `unavailable` or `timeout`.
 */
export async function registerWebhooks(
  { client, apiUrl, headers, callbackUrl }: Options,
  deadline: AbortSignal,
): Promise<string | undefined> {
  const withoutToken = new URL('.', callbackUrl).href;
  const installation = createHash('sha256').update(withoutToken).digest('hex').slice(0, 8);
  for (const event of EVENTS) {
    const id = `waverify-${installation}-${event.replace('sms:', '')}`;
    const body = JSON.stringify({ id, url: callbackUrl, event });
    const { status } = await client.request({ url: `${apiUrl}/webhooks`, headers, body, deadline });
    if (status < 300) continue;
    const fault = `the phone's gateway refused the callback URL with ${status}`;
    if (reasonOfStatus(status) === 'unavailable') throw new ChannelError('unavailable', fault);
    return fault;
  }
  return undefined;
}
