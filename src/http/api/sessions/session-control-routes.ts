import type { SessionContext } from '../../../services/whatsapp/context.ts';
import {
  removeSession,
  restartSession,
  stopSession,
} from '../../../services/whatsapp/keep-session.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { EmptyBody } from '../schemas/empty-body.ts';
import { answer, success } from '../schemas/envelope.ts';
import { readSessionPath } from '../session-names.ts';
import { presentSession } from './session-response.ts';
import { Session, SessionParams, SessionRef } from './session-schemas.ts';

const tag = 'Sessions';

const ELSEWHERE = 'The node that hosts the session does not respond.';

/** Restarts, stops and deletes sessions. */
export function sessionControlRoutes({ sessions }: { readonly sessions: SessionContext }) {
  const router = createRouter();

  const restartRoute = operation({
    method: 'post',
    path: '/{id}/restart',
    operationId: 'restartSession',
    tag,
    summary: 'Restart a session',
    description: 'Reconnects immediately, whatever the state. The device stays linked.',
    params: SessionParams,
    body: EmptyBody,
    answers: { 200: answer(Session, 'The session is restarting; follow its status or events') },
    fails: ['session_not_found', 'session_not_connected'],
    meanings: { session_not_connected: ELSEWHERE },
  });
  router.openapi(restartRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const details = await restartSession(sessions, caller, sessionId);
    return c.json(success('Session restarted', presentSession(caller, details)), 200);
  });

  const stopRoute = operation({
    method: 'post',
    path: '/{id}/stop',
    operationId: 'stopSession',
    tag,
    summary: 'Stop a session',
    description:
      'Closes the connection until the session is restarted, even if the service restarts. The device stays linked, and waiting messages are not sent. A session without a connection stays as it is.',
    params: SessionParams,
    body: EmptyBody,
    answers: { 200: answer(Session, 'The session is stopped') },
    fails: ['session_not_found', 'session_not_connected'],
    meanings: { session_not_connected: ELSEWHERE },
  });
  router.openapi(stopRoute, async (c) => {
    const caller = c.get('caller');
    const sessionId = readSessionPath(caller, c.req.valid('param').id);
    const details = await stopSession(sessions, caller, sessionId);
    return c.json(success('Session stopped', presentSession(caller, details)), 200);
  });

  const deleteRoute = operation({
    method: 'delete',
    path: '/{id}',
    operationId: 'deleteSession',
    tag,
    summary: 'Delete a session',
    description: 'Logs the device out and deletes its credentials. The logs stay.',
    params: SessionParams,
    answers: { 200: answer(SessionRef, 'The session is deleted') },
    fails: ['session_not_found', 'session_not_connected'],
    meanings: { session_not_connected: ELSEWHERE },
  });
  router.openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid('param');
    const caller = c.get('caller');
    await removeSession(sessions, caller, readSessionPath(caller, id));
    return c.json(success('Session deleted', { id }), 200);
  });

  return router;
}
