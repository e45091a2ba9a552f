import {
  createKey,
  getKey,
  type KeyContext,
  listKeys,
  revokeKey,
  rotateKey,
} from '../../../services/access/api-keys/manage-keys.ts';
import { locationHeader } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
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

type Dependencies = { readonly keys: KeyContext };

const tag = 'Keys';

const BEYOND =
  'The caller may not manage API keys, or this key has more permissions than the caller.';

/** The API keys of an account. A secret is only in the response that creates it. */
export function keyRoutes({ keys }: Dependencies) {
  const router = createRouter();

  const createKeyRoute = operation({
    method: 'post',
    path: '/',
    operationId: 'createKey',
    tag,
    summary: 'Create an API key',
    description:
      'The new key cannot have more permissions than the caller. The response contains its secret, which is shown only once.',
    body: CreateKeyBody,
    bodyExample: { name: 'shop backend', scopes: ['otp:send', 'otp:verify'] },
    answers: { 201: answer(CreatedKey, 'The API key is created', { headers: locationHeader }) },
    meanings: { forbidden: BEYOND },
  });
  router.openapi(createKeyRoute, async (c) => {
    const caller = c.get('caller');
    const asked = readNewKey(caller, c.req.valid('json'));
    const { key, secret } = await createKey(keys, caller, asked);
    c.header('Location', `/api/keys/${key.keyId}`);
    return c.json(success('API key created', { ...presentKey(key), secret }), 201);
  });

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listKeys',
    tag,
    summary: 'List API keys',
    description: 'The API keys of the account, newest first.',
    query: KeyQuery,
    answers: { 200: answer(pageOf(Key), 'A page of API keys') },
  });
  router.openapi(listRoute, async (c) => {
    const query = c.req.valid('query');
    const wanted = { ...readPage(query), state: query.state, mode: query.mode };
    const page = await listKeys(keys, c.get('caller'), wanted);
    return c.json(success('API keys', presentPage(page, presentKey)), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{keyId}',
    operationId: 'getKey',
    tag,
    summary: 'Get an API key',
    description: 'Everything about an API key except its secret.',
    params: KeyParams,
    answers: { 200: answer(Key, 'The API key') },
    fails: ['not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const key = await getKey(keys, c.get('caller'), c.req.valid('param').keyId);
    return c.json(success('API key', presentKey(key)), 200);
  });

  const rotateRoute = operation({
    method: 'post',
    path: '/{keyId}/rotate',
    operationId: 'rotateKey',
    tag,
    summary: 'Rotate an API key',
    description:
      'Creates a key with the same permissions and the same expiry. The old key stays valid for `overlapSeconds`, but no longer than before. A key can be rotated once.',
    params: KeyParams,
    body: RotateKeyBody,
    answers: { 201: answer(CreatedKey, 'The new API key', { headers: locationHeader }) },
    fails: ['not_found', 'key_not_active'],
    meanings: { forbidden: BEYOND },
  });
  router.openapi(rotateRoute, async (c) => {
    const { overlapSeconds } = c.req.valid('json');
    const { keyId } = c.req.valid('param');
    const rotation = { keyId, overlapSeconds };
    const { key, secret } = await rotateKey(keys, c.get('caller'), rotation);
    c.header('Location', `/api/keys/${key.keyId}`);
    return c.json(success('API key rotated', { ...presentKey(key), secret }), 201);
  });

  const revokeRoute = operation({
    method: 'delete',
    path: '/{keyId}',
    operationId: 'revokeKey',
    tag,
    summary: 'Revoke an API key',
    description:
      'Takes effect at once on the node that answers, and within seconds on the others. The key stays in the list. Revoking it again changes nothing.',
    params: KeyParams,
    answers: { 200: answer(Key, 'The revoked API key') },
    fails: ['not_found'],
    meanings: { forbidden: BEYOND },
  });
  router.openapi(revokeRoute, async (c) => {
    const key = await revokeKey(keys, c.get('caller'), c.req.valid('param').keyId);
    return c.json(success('API key revoked', presentKey(key)), 200);
  });

  return router;
}
