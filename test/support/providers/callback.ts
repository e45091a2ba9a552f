import type { CallbackRequest } from '../../../src/channels/contract.ts';

type Callback = Partial<Omit<CallbackRequest, 'body'>> & { readonly body?: string };

/** A request of a provider to our callback URL. */
export function newCallback({ body = '', ...rest }: Callback = {}): CallbackRequest {
  return {
    method: 'POST',
    url: 'https://otp.example.com/api/callbacks/sms/token',
    headers: {},
    body: Buffer.from(body),
    now: new Date('2026-11-29T12:00:00Z'),
    ...rest,
  };
}
