import { toSessionId } from '../../../domain/whatsapp/session-id.ts';
import type { WebhookContext } from '../../../services/webhooks/context.ts';
import {
  createWebhook,
  getWebhook,
  listWebhooks,
  removeWebhook,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from '../../../services/webhooks/manage-webhooks.ts';
import { locationHeader } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { EmptyBody } from '../schemas/empty-body.ts';
import { answer, success } from '../schemas/envelope.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { presentWebhook } from './webhook-response.ts';
import {
  CreateWebhookBody,
  DeletedWebhook,
  TestedWebhook,
  UpdateWebhookBody,
  Webhook,
  WebhookParams,
  WebhookQuery,
  WebhookWithSecret,
} from './webhook-schemas.ts';

type Dependencies = { readonly webhooks: WebhookContext };

const tag = 'Webhooks';

/** The endpoints to which the events of an account are pushed. */
export function webhookRoutes({ webhooks }: Dependencies) {
  const router = createRouter();

  const createWebhookRoute = operation({
    method: 'post',
    path: '/',
    operationId: 'createWebhook',
    tag,
    summary: 'Create a webhook',
    description:
      'From now on, events of the account are recorded, and posted to the URL with a Standard Webhooks signature. The response has the secret that verifies it, which is shown only once. Takes effect at once, on other nodes within two seconds.',
    body: CreateWebhookBody,
    bodyExample: {
      url: 'https://shop.example/webhooks/waverify',
      events: ['verification.*', 'delivery.failed'],
    },
    answers: {
      201: answer(WebhookWithSecret, 'The webhook is created', { headers: locationHeader }),
    },
  });
  router.openapi(createWebhookRoute, async (c) => {
    const caller = c.get('caller');
    const { sessionId: name, ...draft } = c.req.valid('json');
    const sessionId = name === undefined ? undefined : toSessionId(caller.accountId, name);
    const { webhook, secret } = await createWebhook(webhooks, caller, { ...draft, sessionId });
    c.header('Location', `/api/webhooks/${webhook.webhookId}`);
    return c.json(success('Webhook created', { ...presentWebhook(webhook), secret }), 201);
  });

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listWebhooks',
    tag,
    summary: 'List webhooks',
    description: 'The webhooks of the account, newest first.',
    query: WebhookQuery,
    answers: { 200: answer(pageOf(Webhook), 'A page of webhooks') },
  });
  router.openapi(listRoute, async (c) => {
    const page = await listWebhooks(webhooks, c.get('caller'), readPage(c.req.valid('query')));
    return c.json(success('Webhooks', presentPage(page, presentWebhook)), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{id}',
    operationId: 'getWebhook',
    tag,
    summary: 'Get a webhook',
    description: 'Everything about a webhook except its secret.',
    params: WebhookParams,
    answers: { 200: answer(Webhook, 'The webhook') },
    fails: ['not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const found = await getWebhook(webhooks, c.get('caller'), c.req.valid('param').id);
    return c.json(success('Webhook', presentWebhook(found)), 200);
  });

  const updateRoute = operation({
    method: 'patch',
    path: '/{id}',
    operationId: 'updateWebhook',
    tag,
    summary: 'Change, pause or resume a webhook',
    params: WebhookParams,
    body: UpdateWebhookBody,
    answers: { 200: answer(Webhook, 'The webhook is changed') },
    fails: ['not_found'],
  });
  router.openapi(updateRoute, async (c) => {
    const { id } = c.req.valid('param');
    const changed = await updateWebhook(webhooks, c.get('caller'), id, c.req.valid('json'));
    return c.json(success('Webhook changed', presentWebhook(changed)), 200);
  });

  const removeRoute = operation({
    method: 'delete',
    path: '/{id}',
    operationId: 'deleteWebhook',
    tag,
    summary: 'Delete a webhook',
    description: 'Deliveries that are waiting are deleted too.',
    params: WebhookParams,
    answers: { 200: answer(DeletedWebhook, 'The webhook is deleted') },
    fails: ['not_found'],
  });
  router.openapi(removeRoute, async (c) => {
    const { id } = c.req.valid('param');
    await removeWebhook(webhooks, c.get('caller'), id);
    return c.json(success('Webhook deleted', { id }), 200);
  });

  const rotateRoute = operation({
    method: 'post',
    path: '/{id}/rotate',
    operationId: 'rotateWebhookSecret',
    tag,
    summary: 'Replace the secret of a webhook',
    description:
      'For a day, events are signed with both the new and the previous secret, so that you can change the receiver at any time during that day.',
    params: WebhookParams,
    body: EmptyBody,
    answers: { 200: answer(WebhookWithSecret, 'The webhook has a new secret') },
    fails: ['not_found', 'request_in_progress'],
  });
  router.openapi(rotateRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { webhook, secret } = await rotateWebhookSecret(webhooks, c.get('caller'), id);
    return c.json(success('Secret replaced', { ...presentWebhook(webhook), secret }), 200);
  });

  const testRoute = operation({
    method: 'post',
    path: '/{id}/test',
    operationId: 'testWebhook',
    tag,
    summary: 'Push a test event to a webhook',
    description:
      'An event of the type `webhook.test` is pushed to this webhook only. Its deliveries show what the receiver answered.',
    params: WebhookParams,
    body: EmptyBody,
    answers: { 200: answer(TestedWebhook, 'The test event is queued') },
    fails: ['not_found', 'webhook_not_active'],
  });
  router.openapi(testRoute, async (c) => {
    const eventId = await testWebhook(webhooks, c.get('caller'), c.req.valid('param').id);
    return c.json(success('Test event queued', { eventId }), 200);
  });

  return router;
}
