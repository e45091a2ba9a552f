import { z } from '@hono/zod-openapi';
import { channelKinds } from '../../../channels/registry.ts';
import { toKind } from '../../../domain/delivery/channel-name.ts';
import {
  type ChannelListContext,
  listChannels,
  type ReadinessContext,
  readSendingReadiness,
  unreadyReasons,
} from '../../../services/delivery/read-channels.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { shownChannelOr } from '../schemas/identifiers.ts';
import { oneOf, oneOfOrNull } from '../schemas/one-of.ts';
import { AskedAccountId } from '../users/user-schemas.ts';

type Dependencies = {
  readonly callbacks: ChannelListContext;
  readonly readiness: ReadinessContext;
};

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

const ReadinessQuery = z.strictObject({ accountId: AskedAccountId });

const SendingReadiness = z
  .object({
    canSend: z
      .boolean()
      .describe('Whether a channel that the account uses can send a code at the moment'),
    channels: z
      .array(
        z.object({
          name: shownChannelOr().describe('The name in `OTP_CHANNELS`'),
          kind: oneOf(channelKinds).openapi({ description: 'The name without its label' }),
          isUsed: z
            .boolean()
            .describe(
              'Whether codes are sent on it unless a request names another channel: the account has no workflow, or one with this channel',
            ),
          canSend: z.boolean().describe('Whether it can send at the moment'),
          reason: oneOfOrNull(unreadyReasons).describe(
            'Why it cannot send: `no_session` (no session that sends codes is connected), `misconfigured` (this node skips it, because its provider refuses all messages); null if it can',
          ),
        }),
      )
      .describe('The enabled channels, in order of preference'),
  })
  .openapi('SendingReadiness', { description: 'Whether codes can be sent.' });

/** The enabled channels: their callback URLs, for operators, and whether they can send. */
export function channelRoutes({ callbacks, readiness }: Dependencies) {
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

  const readyRoute = operation({
    method: 'get',
    path: '/ready',
    operationId: 'getSendingReadiness',
    tag: 'Health',
    summary: 'Check whether codes can be sent',
    description:
      'Whether the account can send codes at the moment, and on which channels. Whether a provider accepts a message is only known once one was sent.',
    query: ReadinessQuery,
    answers: { 200: answer(SendingReadiness, 'Whether codes can be sent') },
  });
  router.openapi(readyRoute, async (c) => {
    const { accountId } = c.req.valid('query');
    const found = await readSendingReadiness(readiness, c.get('caller'), accountId);
    const channels = found.map(({ name, isUsed, reason = null }) => ({
      name,
      kind: toKind(name),
      isUsed,
      canSend: reason === null,
      reason,
    }));
    const canSend = channels.some((channel) => channel.isUsed && channel.canSend);
    return c.json(success('Channels', { canSend, channels }), 200);
  });

  return router;
}
