import { headerSecret, httpUrl } from '../../../config/fields.ts';
import { type CommonParts, defineChannel } from '../contract.ts';
import { createHttpChannel } from './http-channel.ts';

/** Passes codes to the operator's own gateway. */
export const httpChannel = defineChannel({
  variables: { HTTP_CHANNEL_URL: httpUrl, HTTP_CHANNEL_TOKEN: headerSecret(0).optional() },
  prefix: 'HTTP_CHANNEL',
  required: ['HTTP_CHANNEL_URL'],
  // The URL is never empty: without it the environment is invalid.
  create: ({ HTTP_CHANNEL_URL: url = '', HTTP_CHANNEL_TOKEN: token }, { name }: CommonParts) =>
    createHttpChannel({ name, url, token }),
});
