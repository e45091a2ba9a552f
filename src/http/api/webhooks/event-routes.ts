import type { WebhookContext } from '../../../services/webhooks/context.ts';
import { toEventBody } from '../../../services/webhooks/pushing/event-body.ts';
import { getEvent, listEvents } from '../../../services/webhooks/read-events.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { Event, EventParams, EventQuery } from './webhook-schemas.ts';

type Dependencies = { readonly webhooks: WebhookContext };

const tag = 'Webhooks';

/** What happened in an account that has a webhook. */
export function eventRoutes({ webhooks }: Dependencies) {
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listEvents',
    tag,
    summary: 'List events',
    description:
      'The events of the account, newest first, as they are pushed to webhooks, with masked phone numbers. Events are recorded while the account has a webhook, and kept for EVENT_RETENTION_DAYS.',
    query: EventQuery,
    answers: { 200: answer(pageOf(Event), 'A page of events') },
  });
  router.openapi(listRoute, async (c) => {
    const { type, subject, ...query } = c.req.valid('query');
    const filter = { type, subject };
    const page = await listEvents(webhooks, c.get('caller'), filter, readPage(query));
    return c.json(success('Events', presentPage(page, toEventBody)), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{id}',
    operationId: 'getEvent',
    tag,
    summary: 'Get an event',
    params: EventParams,
    answers: { 200: answer(Event, 'The event') },
    fails: ['not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const found = await getEvent(webhooks, c.get('caller'), c.req.valid('param').id);
    return c.json(success('Event', toEventBody(found)), 200);
  });

  return router;
}
