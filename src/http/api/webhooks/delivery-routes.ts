import type { WebhookContext } from '../../../services/webhooks/context.ts';
import {
  getPush,
  listPushes,
  replayPush,
  replaySince,
} from '../../../services/webhooks/read-events.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { EmptyBody } from '../schemas/empty-body.ts';
import { answer, success } from '../schemas/envelope.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { presentDelivery } from './webhook-response.ts';
import {
  Delivery,
  DeliveryParams,
  DeliveryQuery,
  ReplayBody,
  Replayed,
  WebhookParams,
} from './webhook-schemas.ts';

type Dependencies = { readonly webhooks: WebhookContext };

const tag = 'Webhooks';

/** What was pushed to webhooks, and pushing it again. */
export function webhookDeliveryRoutes({ webhooks }: Dependencies) {
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/{id}/deliveries',
    operationId: 'listWebhookDeliveries',
    tag,
    summary: 'List the deliveries of a webhook',
    description: 'The deliveries of a webhook, newest first, with the last response of each.',
    params: WebhookParams,
    query: DeliveryQuery,
    answers: { 200: answer(pageOf(Delivery), 'A page of deliveries') },
    fails: ['not_found'],
  });
  router.openapi(listRoute, async (c) => {
    const { id: webhookId } = c.req.valid('param');
    const { status, ...query } = c.req.valid('query');
    const filter = { webhookId, status };
    const page = await listPushes(webhooks, c.get('caller'), filter, readPage(query));
    return c.json(success('Deliveries', presentPage(page, presentDelivery)), 200);
  });

  const replayAllRoute = operation({
    method: 'post',
    path: '/{id}/replay',
    operationId: 'replayWebhook',
    tag,
    summary: 'Push events to a webhook again',
    description:
      'Repeats the deliveries that were created since a time and have been tried: all of them, or only those that have not arrived. Each keeps its `webhook-id`, by which the receiver recognises it.',
    params: WebhookParams,
    body: ReplayBody,
    answers: { 200: answer(Replayed, 'The deliveries are queued') },
    fails: ['not_found', 'webhook_not_active'],
  });
  router.openapi(replayAllRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { since, status } = c.req.valid('json');
    const what = { since: new Date(since), status };
    const replayed = await replaySince(webhooks, c.get('caller'), id, what);
    return c.json(success('Deliveries queued', { replayed }), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/deliveries/{id}',
    operationId: 'getWebhookDelivery',
    tag,
    summary: 'Get a delivery of a webhook',
    params: DeliveryParams,
    answers: { 200: answer(Delivery, 'The delivery') },
    fails: ['not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const { id } = c.req.valid('param');
    const found = await getPush(webhooks, c.get('caller'), Number(id));
    return c.json(success('Delivery', presentDelivery(found)), 200);
  });

  const replayRoute = operation({
    method: 'post',
    path: '/deliveries/{id}/replay',
    operationId: 'replayWebhookDelivery',
    tag,
    summary: 'Push one event to a webhook again',
    description: 'It keeps its `webhook-id`, by which the receiver recognises it.',
    params: DeliveryParams,
    body: EmptyBody,
    answers: { 200: answer(Delivery, 'The delivery is queued') },
    fails: ['not_found', 'webhook_not_active', 'request_in_progress'],
  });
  router.openapi(replayRoute, async (c) => {
    const { id } = c.req.valid('param');
    const replayed = await replayPush(webhooks, c.get('caller'), Number(id));
    return c.json(success('Delivery queued', presentDelivery(replayed)), 200);
  });

  return router;
}
