import { createRoute, z } from '@hono/zod-openapi';
import type { SessionContext } from '../../../services/whatsapp/context.ts';
import { createSession } from '../../../services/whatsapp/create-session.ts';
import { removeSession, restartSession } from '../../../services/whatsapp/keep-session.ts';
import { listSessions, readSession } from '../../../services/whatsapp/read-sessions.ts';
import { createRouter } from '../../router.ts';
import {
  BODY_PROBLEMS,
  json,
  jsonBody,
  NoQuery,
  problems,
  success,
  successOf,
} from '../schemas/envelope.ts';
import { presentSessionId, readSessionName, readSessionPath } from '../session-names.ts';
import {
  NOT_FOUND,
  NOT_HERE,
  REFUSED,
  SESSION_TAGS as tags,
  UNAVAILABLE,
} from './session-problems.ts';
import { presentSession, presentStanding } from './session-response.ts';
import {
  Created,
  CreateSessionBody,
  EmptyBody,
  Session,
  SessionParams,
  SessionStanding,
} from './session-schemas.ts';

type Dependencies = { readonly sessions: SessionContext };

/** The life of a session, but for linking it and what is sent from it. */
export function sessionRoutes({ sessions }: Dependencies) {
  const router = createRouter();

  const createSessionRoute = createRoute({
    method: 'post',
    tags,
    path: '/',
    summary: 'Make a session and begin to link it',
    description: 'Then show its QR to the WhatsApp app of the account, or ask for a pairing code.',
    request: { body: jsonBody(CreateSessionBody), query: NoQuery },
    responses: {
      201: json(successOf(Created), 'Made; `Location` has its address'),
      ...problems({
        400: REFUSED,
        409: '`session_exists`: there is one of this name',
        ...BODY_PROBLEMS,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(createSessionRoute, async (c) => {
    const caller = c.get('caller');
    const wanted = readSessionName(caller, c.req.valid('json').sessionId);
    const { sessionId } = await createSession(sessions, caller, wanted);
    const id = presentSessionId(caller, sessionId);
    c.header('Location', `/api/sessions/${id}`);
    return c.json(success('Session created', { id }), 201);
  });

  const listRoute = createRoute({
    method: 'get',
    tags,
    path: '/',
    summary: 'List the sessions',
    description:
      'Those of the account that the key is for; an operator sees those of all accounts.',
    request: { query: NoQuery },
    responses: {
      200: json(successOf(z.array(Session)), 'All of them, the oldest first'),
      ...problems({ 400: REFUSED, 503: UNAVAILABLE }),
    },
  });
  router.openapi(listRoute, async (c) => {
    const caller = c.get('caller');
    const all = await listSessions(sessions, caller);
    const data = all.map((details) => presentSession(caller, details));
    return c.json(success('Sessions', data), 200);
  });

  const one = { params: SessionParams, query: NoQuery };

  const getRoute = createRoute({
    method: 'get',
    tags,
    path: '/{id}',
    summary: 'Tell all about a session',
    request: one,
    responses: {
      200: json(successOf(Session), 'As it stands now'),
      ...problems({ 400: REFUSED, 404: NOT_FOUND, 503: UNAVAILABLE }),
    },
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

  const statusRoute = createRoute({
    method: 'get',
    tags,
    path: '/{id}/status',
    summary: 'Tell how a session stands',
    request: one,
    responses: {
      200: json(successOf(SessionStanding), 'As it stands now'),
      ...problems({ 400: REFUSED, 404: NOT_FOUND, 503: UNAVAILABLE }),
    },
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

  const restartRoute = createRoute({
    method: 'post',
    tags,
    path: '/{id}/restart',
    summary: 'Connect a session anew at once',
    description: 'Also one that waits for a person. The device stays linked.',
    request: { ...one, body: jsonBody(EmptyBody) },
    responses: {
      200: json(successOf(Session), 'Begun; watch its events or its status'),
      ...problems({
        400: REFUSED,
        404: NOT_FOUND,
        409: NOT_HERE,
        ...BODY_PROBLEMS,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(restartRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const details = await restartSession(sessions, caller, sessionId);
    return c.json(success('Session restarted', presentSession(caller, details)), 200);
  });

  const deleteRoute = createRoute({
    method: 'delete',
    tags,
    path: '/{id}',
    summary: 'Log a session out and forget it',
    description: 'Its credentials are wiped; what the logs have of it stays.',
    request: one,
    responses: {
      200: json(successOf(Created), 'Gone'),
      ...problems({ 400: REFUSED, 404: NOT_FOUND, 409: NOT_HERE, 503: UNAVAILABLE }),
    },
  });
  router.openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid('param');
    const caller = c.get('caller');
    await removeSession(sessions, caller, readSessionPath(caller, id));
    return c.json(success('Session deleted', { id }), 200);
  });

  return router;
}
