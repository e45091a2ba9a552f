import { z } from '@hono/zod-openapi';
import { channelKinds } from '../../../channels/registry.ts';
import { toKind } from '../../../domain/delivery/channel-name.ts';
import { type ChannelListContext, listChannels } from '../../../services/delivery/list-channels.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { shownChannelOr } from '../schemas/identifiers.ts';
import { oneOf } from '../schemas/one-of.ts';

type Dependencies = { readonly callbacks: ChannelListContext };

const ChannelStates = z
  .array(
    z
      .object({
        name: shownChannelOr().describe(
          'The name in `OTP_CHANNELS`, such as `twilio` or `twilio:us`',
        ),
        kind: oneOf(channelKinds).openapi({
          description: 'The name without its label',
          example: 'twilio',
        }),
        reportsDelivery: z
          .boolean()
          .describe(
            'Whether it reports that messages were delivered; some channels need `PUBLIC_URL` for this',
          ),
        callbackUrl: z
          .string()
          .nullable()
          .describe(
            'The callback URL for reports of the provider, which contains a secret; null if there are no reports, or if `PUBLIC_URL` is not set',
          ),
        isSkipped: z
          .boolean()
          .describe('Whether this node skips it at the moment, because it is misconfigured'),
      })
      .openapi('ChannelState', { description: 'An enabled channel.' }),
  )
  .openapi('ChannelStates', { description: 'The enabled channels, in order of preference.' });

/** The enabled channels, for operators. */
export function channelRoutes({ callbacks }: Dependencies) {
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listChannels',
    tag: 'Health',
    summary: 'List the channels',
    description: 'The enabled channels, and the URLs to which their providers report.',
    answers: { 200: answer(ChannelStates, 'The channels, in order of preference') },
    meanings: { forbidden: 'Only operators may do this.' },
  });
  router.openapi(listRoute, (c) => {
    const channels = listChannels(callbacks).map((channel) => ({
      name: channel.name,
      kind: toKind(channel.name),
      reportsDelivery: channel.reportsDelivery,
      callbackUrl: channel.callbackUrl ?? null,
      isSkipped: channel.isSkipped,
    }));
    return c.json(success('Channels', channels), 200);
  });

  return router;
}
