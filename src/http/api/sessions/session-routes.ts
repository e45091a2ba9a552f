import type { z } from '@hono/zod-openapi';
import {
  type SettingsContext,
  type SettingsDraft,
  saveSettings,
} from '../../../services/conversations/settings/save-settings.ts';
import type { WebhookContext } from '../../../services/webhooks/context.ts';
import {
  assertSessionWebhook,
  saveSessionWebhook,
} from '../../../services/webhooks/session-webhook.ts';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { createSession } from '../../../services/whatsapp/create-session.ts';
import { listSessions, readSession } from '../../../services/whatsapp/read-sessions.ts';
import { locationHeader } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { arrayPageOf, presentPage, readPageAfter } from '../schemas/page.ts';
import { presentSessionId, readSessionName, readSessionPath } from '../session-names.ts';
import {
  presentSession,
  presentSessionWebhook,
  presentSettings,
  presentStanding,
} from './session-response.ts';
import {
  ChangedSession,
  CreatedSession,
  CreateSessionBody,
  Session,
  SessionParams,
  SessionQuery,
  SessionStatus,
  UpdateSessionBody,
} from './session-schemas.ts';

type Dependencies = {
  readonly sessions: SessionContext;
  readonly settings: SettingsContext;
  readonly webhooks: WebhookContext;
};

type Split = {
  readonly settings: SettingsDraft;
  readonly webhook: Parameters<typeof assertSessionWebhook>[1];
};

const tag = 'Sessions';

/** Creates, changes and reads sessions. */
export function sessionRoutes({ sessions, settings, webhooks }: Dependencies) {
  const router = createRouter();

  const createSessionRoute = operation({
    method: 'post',
    path: '/',
    operationId: 'createSession',
    tag,
    summary: 'Create a session',
    description:
      'Creates a session and starts to link it. Scan its QR code with WhatsApp on the phone of that number, or request a pairing code.',
    body: CreateSessionBody,
    bodyExample: { sessionId: 'default' },
    answers: {
      201: answer(CreatedSession, 'The session is created', {
        message: 'Session created',
        example: { id: 'default' },
        headers: locationHeader,
      }),
    },
    fails: ['session_exists', 'session_limit'],
  });
  router.openapi(createSessionRoute, async (c) => {
    const caller = c.get('caller');
    const { sessionId: name, ...body } = c.req.valid('json');
    const { settings: draft, webhook } = splitBody(body);
    assertSessionWebhook(webhooks, webhook);
    const created = await createSession(sessions, caller, readSessionName(caller, name));
    await saveSettings(settings, caller, created, draft);
    const saved = await saveSessionWebhook(webhooks, caller, created, webhook);
    const id = presentSessionId(caller, created.sessionId);
    c.header('Location', `/api/sessions/${id}`);
    return c.json(
      success('Session created', { id, ...(saved.webhook && presentSessionWebhook(saved)) }),
      201,
    );
  });

  const updateRoute = operation({
    method: 'patch',
    path: '/{id}',
    operationId: 'updateSession',
    tag,
    summary: 'Change the settings of a session',
    description:
      'Changes what the session is for and what it stores, and creates, changes or removes the webhook that gets its events.',
    params: SessionParams,
    body: UpdateSessionBody,
    answers: { 200: answer(ChangedSession, 'The session is changed') },
    fails: ['session_not_found'],
  });
  router.openapi(updateRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const session = await readSession(sessions, caller, sessionId);
    const { settings: draft, webhook } = splitBody(c.req.valid('json'));
    const saved = await saveSessionWebhook(webhooks, caller, session, webhook);
    await saveSettings(settings, caller, session, draft);
    const changed = await readSession(sessions, caller, sessionId);
    const id = presentSessionId(caller, session.sessionId);
    const shown = { id, ...presentSettings(changed.settings), ...presentSessionWebhook(saved) };
    return c.json(success('Session changed', shown), 200);
  });

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listSessions',
    tag,
    summary: 'List sessions',
    description:
      'The sessions of the account, oldest first. Users with the role `ADMIN` see all accounts. `nextCursor` and `total` are beside `data`.',
    query: SessionQuery,
    answers: { 200: arrayPageOf(Session, 'A page of sessions') },
  });
  router.openapi(listRoute, async (c) => {
    const caller = c.get('caller');
    const { accountId, ...query } = c.req.valid('query');
    const page = await listSessions(sessions, caller, { ...readPageAfter(query), accountId });
    const { items, nextCursor } = presentPage(page, (details) => presentSession(caller, details));
    return c.json({ ...success('Sessions', items), nextCursor, total: page.total }, 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{id}',
    operationId: 'getSession',
    tag,
    summary: 'Get a session',
    params: SessionParams,
    answers: { 200: answer(Session, 'The session') },
    fails: ['session_not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const caller = c.get('caller');
    const details = await readSession(
      sessions,
      caller,
      readSessionPath(caller, c.req.valid('param').id),
    );
    return c.json(success('Session', presentSession(caller, details)), 200);
  });

  const statusRoute = operation({
    method: 'get',
    path: '/{id}/status',
    operationId: 'getSessionStatus',
    tag,
    summary: 'Get the status of a session',
    description: 'The short form of a session, for frequent requests.',
    params: SessionParams,
    answers: { 200: answer(SessionStatus, 'The status') },
    fails: ['session_not_found'],
  });
  router.openapi(statusRoute, async (c) => {
    const caller = c.get('caller');
    const details = await readSession(
      sessions,
      caller,
      readSessionPath(caller, c.req.valid('param').id),
    );
    return c.json(success('Session status', presentStanding(caller, details)), 200);
  });

  return router;
}

/** Separates the settings of a session from those of its webhook. */
function splitBody({
  store,
  use,
  ignore,
  autoReply,
  metadata,
  ...webhook
}: z.output<typeof UpdateSessionBody>): Split {
  const reply = autoReply && { text: autoReply.text ?? undefined };
  return { settings: { store, use, ignore, autoReply: reply, metadata }, webhook };
}
