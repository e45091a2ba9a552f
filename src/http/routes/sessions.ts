import { createRoute, z } from '@hono/zod-openapi';
import type { SessionService } from '../../services/sessions/session-service.ts';
import { createRouter } from '../router.ts';
import {
  BODY_PROBLEMS,
  json,
  jsonBody,
  NoQuery,
  problems,
  success,
  successOf,
} from '../schemas/envelope.ts';
import {
  Created,
  CreateSessionBody,
  EmptyBody,
  Session,
  SessionParams,
  SessionStanding,
} from '../schemas/session.ts';
import { presentSession, presentStanding } from './present-session.ts';
import {
  NOT_FOUND,
  NOT_HERE,
  REFUSED,
  SESSION_TAGS as tags,
  UNAVAILABLE,
} from './session-words.ts';

type Dependencies = { readonly sessions: SessionService };

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
    const { sessionId } = await sessions.create(c.get('caller'), c.req.valid('json').sessionId);
    c.header('Location', `/api/sessions/${sessionId}`);
    return c.json(success('Session created', { id: sessionId }), 201);
  });

  const listRoute = createRoute({
    method: 'get',
    tags,
    path: '/',
    summary: 'List the sessions',
    request: { query: NoQuery },
    responses: {
      200: json(successOf(z.array(Session)), 'All of them, the oldest first'),
      ...problems({ 400: REFUSED, 503: UNAVAILABLE }),
    },
  });
  router.openapi(listRoute, async (c) => {
    const all = await sessions.list(c.get('caller'));
    return c.json(success('Sessions', all.map(presentSession)), 200);
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
    const details = await sessions.get(c.get('caller'), c.req.valid('param').id);
    return c.json(success('Session', presentSession(details)), 200);
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
    const details = await sessions.get(c.get('caller'), c.req.valid('param').id);
    return c.json(success('Session status', presentStanding(details)), 200);
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
    const details = await sessions.restart(c.get('caller'), c.req.valid('param').id);
    return c.json(success('Session restarted', presentSession(details)), 200);
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
    await sessions.remove(c.get('caller'), id);
    return c.json(success('Session deleted', { id }), 200);
  });

  return router;
}
