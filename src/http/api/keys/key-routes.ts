import { createRoute } from '@hono/zod-openapi';
import type { KeyService } from '../../../services/access/api-keys/api-key-service.ts';
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
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { presentKey, readNewKey } from './key-response.ts';
import {
  CreatedKey,
  CreateKeyBody,
  Key,
  KeyParams,
  KeyQuery,
  RotateKeyBody,
} from './key-schemas.ts';

type Dependencies = { readonly keys: KeyService };

const tags = ['Keys'];
const REFUSED = 'Not valid: the answer names the fields';
const FORBIDDEN = 'You may not manage keys, or this one can do more than you may';
const NOT_FOUND = 'There is no key of this id';
const UNAVAILABLE = 'The database is out of reach: try again';

/** The keys of an account. A secret is in the answer that makes it, and nowhere else. */
export function keyRoutes({ keys }: Dependencies) {
  const router = createRouter();
  const one = { params: KeyParams, query: NoQuery };

  const createKeyRoute = createRoute({
    method: 'post',
    tags,
    path: '/',
    summary: 'Make a key',
    description: 'It can do no more than who makes it. Its secret is shown this once.',
    request: { body: jsonBody(CreateKeyBody), query: NoQuery },
    responses: {
      201: json(successOf(CreatedKey), 'Made; `Location` has its address'),
      ...problems({ 400: REFUSED, 403: FORBIDDEN, ...BODY_PROBLEMS, 503: UNAVAILABLE }),
    },
  });
  router.openapi(createKeyRoute, async (c) => {
    const caller = c.get('caller');
    const { key, secret } = await keys.create(caller, readNewKey(caller, c.req.valid('json')));
    c.header('Location', `/api/keys/${key.keyId}`);
    return c.json(success('Key created', { ...presentKey(key), secret }), 201);
  });

  const listRoute = createRoute({
    method: 'get',
    tags,
    path: '/',
    summary: 'List the keys of the account',
    request: { query: KeyQuery },
    responses: {
      200: json(successOf(pageOf(Key)), 'A page of them, the newest first'),
      ...problems({ 400: REFUSED, 403: FORBIDDEN, 503: UNAVAILABLE }),
    },
  });
  router.openapi(listRoute, async (c) => {
    const query = c.req.valid('query');
    const wanted = { ...readPage(query), state: query.state, mode: query.mode };
    const page = await keys.list(c.get('caller'), wanted);
    return c.json(success('Keys', presentPage(page, presentKey)), 200);
  });

  const getRoute = createRoute({
    method: 'get',
    tags,
    path: '/{keyId}',
    summary: 'Tell all about a key but its secret',
    request: one,
    responses: {
      200: json(successOf(Key), 'As it stands now'),
      ...problems({ 400: REFUSED, 403: FORBIDDEN, 404: NOT_FOUND, 503: UNAVAILABLE }),
    },
  });
  router.openapi(getRoute, async (c) => {
    const key = await keys.get(c.get('caller'), c.req.valid('param').keyId);
    return c.json(success('Key', presentKey(key)), 200);
  });

  const rotateRoute = createRoute({
    method: 'post',
    tags,
    path: '/{keyId}/rotate',
    summary: 'Put a new key in the place of an old one',
    description:
      'The new one may do what the old one may and ends when that would have ended; the old one is good for `overlapSeconds` more, and never longer than it was. A key is rotated once.',
    request: { ...one, body: jsonBody(RotateKeyBody) },
    responses: {
      201: json(successOf(CreatedKey), 'The new key; `Location` has its address'),
      ...problems({
        400: REFUSED,
        403: FORBIDDEN,
        404: NOT_FOUND,
        409: '`key_not_active`: it is revoked, expired, or was rotated before',
        ...BODY_PROBLEMS,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(rotateRoute, async (c) => {
    const { overlapSeconds } = c.req.valid('json');
    const { keyId } = c.req.valid('param');
    const { key, secret } = await keys.rotate(c.get('caller'), keyId, overlapSeconds);
    c.header('Location', `/api/keys/${key.keyId}`);
    return c.json(success('Key rotated', { ...presentKey(key), secret }), 201);
  });

  const revokeRoute = createRoute({
    method: 'delete',
    tags,
    path: '/{keyId}',
    summary: 'Revoke a key',
    description:
      'At once on the node that answers, within seconds on every other. Its row stays; revoking it again changes nothing.',
    request: one,
    responses: {
      200: json(successOf(Key), 'It opens nothing any more'),
      ...problems({ 400: REFUSED, 403: FORBIDDEN, 404: NOT_FOUND, 503: UNAVAILABLE }),
    },
  });
  router.openapi(revokeRoute, async (c) => {
    const key = await keys.revoke(c.get('caller'), c.req.valid('param').keyId);
    return c.json(success('Key revoked', presentKey(key)), 200);
  });

  return router;
}
