import { createRoute, z } from '@hono/zod-openapi';
import type { UserService } from '../../../services/access/users/user-service.ts';
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
import { presentUser } from './user-response.ts';
import { CreateUserBody, UpdateUserBody, User, UserParams, UserQuery } from './user-schemas.ts';

type Dependencies = { readonly users: UserService };

const tags = ['People'];
const REFUSED = 'Not valid: the answer names the fields';
const FORBIDDEN = 'For operators only';
const NOT_FOUND = 'There is no such person';
const UNAVAILABLE = 'Overloaded, or the database is out of reach: try again';

/** The people who may log in, for operators. */
export function userRoutes({ users }: Dependencies) {
  const router = createRouter();

  const createUserRoute = createRoute({
    method: 'post',
    tags,
    path: '/',
    summary: 'Make a person who may log in',
    request: { body: jsonBody(CreateUserBody), query: NoQuery },
    responses: {
      201: json(successOf(User), 'Made; `Location` has the address'),
      ...problems({
        400: REFUSED,
        403: FORBIDDEN,
        409: '`user_exists`: somebody has the e-mail address',
        ...BODY_PROBLEMS,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(createUserRoute, async (c) => {
    const { email, name, password, role, accountId, description, documentId } = c.req.valid('json');
    const draft = { email, name, password, role, accountId, description, documentId };
    const user = await users.create(c.get('caller'), draft);
    c.header('Location', `/api/users/${user.id}`);
    return c.json(success('Person created', presentUser(user)), 201);
  });

  const listRoute = createRoute({
    method: 'get',
    tags,
    path: '/',
    summary: 'List people, the newest first',
    request: { query: UserQuery },
    responses: {
      200: json(successOf(pageOf(User)), 'One page'),
      ...problems({ 400: REFUSED, 403: FORBIDDEN, 503: UNAVAILABLE }),
    },
  });
  router.openapi(listRoute, async (c) => {
    const { role, accountId, email, ...query } = c.req.valid('query');
    const isActive = query.isActive === undefined ? undefined : query.isActive === 'true';
    const page = await users.list({ role, accountId, email, isActive }, readPage(query));
    return c.json(success('People', presentPage(page, presentUser)), 200);
  });

  const one = { params: UserParams, query: NoQuery };

  const getRoute = createRoute({
    method: 'get',
    tags,
    path: '/{id}',
    summary: 'Tell about a person',
    request: one,
    responses: {
      200: json(successOf(User), 'As it is on record'),
      ...problems({ 400: REFUSED, 403: FORBIDDEN, 404: NOT_FOUND, 503: UNAVAILABLE }),
    },
  });
  router.openapi(getRoute, async (c) => {
    const user = await users.get(Number(c.req.valid('param').id));
    return c.json(success('Person', presentUser(user)), 200);
  });

  const updateRoute = createRoute({
    method: 'patch',
    tags,
    path: '/{id}',
    summary: 'Change a person',
    description:
      'A new password and `isActive: false` end every login of the person; another role counts at once.',
    request: { ...one, body: jsonBody(UpdateUserBody) },
    responses: {
      200: json(successOf(User), 'As it is now'),
      ...problems({
        400: REFUSED,
        403: FORBIDDEN,
        404: NOT_FOUND,
        ...BODY_PROBLEMS,
        503: UNAVAILABLE,
      }),
    },
  });
  router.openapi(updateRoute, async (c) => {
    const { name, role, isActive, password, description, documentId } = c.req.valid('json');
    const revision = { name, role, isActive, password, description, documentId };
    const user = await users.update(c.get('caller'), Number(c.req.valid('param').id), revision);
    return c.json(success('Person changed', presentUser(user)), 200);
  });

  const deleteRoute = createRoute({
    method: 'delete',
    tags,
    path: '/{id}',
    summary: 'Remove a person and end their logins',
    description: 'What the logs have of the person stays.',
    request: one,
    responses: {
      200: json(successOf(z.object({ id: z.int() })), 'Gone'),
      ...problems({ 400: REFUSED, 403: FORBIDDEN, 404: NOT_FOUND, 503: UNAVAILABLE }),
    },
  });
  router.openapi(deleteRoute, async (c) => {
    const id = Number(c.req.valid('param').id);
    await users.remove(c.get('caller'), id);
    return c.json(success('Person removed', { id }), 200);
  });

  return router;
}
