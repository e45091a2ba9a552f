import {
  createUser,
  deleteUser,
  getUser,
  listUsers,
  type UserContext,
  updateUser,
} from '../../../services/access/users/manage-users.ts';
import { locationHeader } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { presentUser } from './user-response.ts';
import {
  CreateUserBody,
  DeletedUser,
  UpdateUserBody,
  User,
  UserParams,
  UserQuery,
} from './user-schemas.ts';

type Dependencies = { readonly users: UserContext };

const tag = 'People';

const meanings = { forbidden: 'Only operators may do this.' };

/** Manages users, for operators. */
export function userRoutes({ users }: Dependencies) {
  const router = createRouter();

  const createUserRoute = operation({
    method: 'post',
    path: '/',
    operationId: 'createUser',
    tag,
    summary: 'Create a user',
    body: CreateUserBody,
    answers: { 201: answer(User, 'The user is created', { headers: locationHeader }) },
    fails: ['user_exists'],
    meanings,
  });
  router.openapi(createUserRoute, async (c) => {
    const { email, name, password, mustChangePassword, ...about } = c.req.valid('json');
    const { role, accountId, description, documentId } = about;
    const login = { email, password, mustChangePassword };
    const draft = { ...login, name, role, accountId, description, documentId };
    const user = await createUser(users, c.get('caller'), draft);
    c.header('Location', `/api/users/${user.id}`);
    return c.json(success('User created', presentUser(user)), 201);
  });

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listUsers',
    tag,
    summary: 'List users',
    description: 'Users of all accounts, newest first.',
    query: UserQuery,
    answers: { 200: answer(pageOf(User), 'A page of users') },
    meanings,
  });
  router.openapi(listRoute, async (c) => {
    const { role, accountId, email, ...query } = c.req.valid('query');
    const isActive = query.isActive === undefined ? undefined : query.isActive === 'true';
    const filter = { role, accountId, email, isActive };
    const page = await listUsers(users, filter, readPage(query));
    return c.json(success('Users', presentPage(page, presentUser)), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{id}',
    operationId: 'getUser',
    tag,
    summary: 'Get a user',
    params: UserParams,
    answers: { 200: answer(User, 'The user') },
    fails: ['not_found'],
    meanings,
  });
  router.openapi(getRoute, async (c) => {
    const user = await getUser(users, Number(c.req.valid('param').id));
    return c.json(success('User', presentUser(user)), 200);
  });

  const updateRoute = operation({
    method: 'patch',
    path: '/{id}',
    operationId: 'updateUser',
    tag,
    summary: 'Change a user',
    description:
      'A new password, and `isActive: false`, end every login of the user. A new role takes effect at once. With a new password, the user must choose another after the next login, unless `mustChangePassword` is `false` or the user is the caller.',
    params: UserParams,
    body: UpdateUserBody,
    answers: { 200: answer(User, 'The changed user') },
    fails: ['not_found'],
    meanings,
  });
  router.openapi(updateRoute, async (c) => {
    const { password, mustChangePassword, ...about } = c.req.valid('json');
    const { name, role, isActive, description, documentId } = about;
    const revision = {
      ...{ name, role, isActive, password, mustChangePassword, description, documentId },
    };
    const id = Number(c.req.valid('param').id);
    const user = await updateUser(users, c.get('caller'), id, revision);
    return c.json(success('User changed', presentUser(user)), 200);
  });

  const deleteRoute = operation({
    method: 'delete',
    path: '/{id}',
    operationId: 'deleteUser',
    tag,
    summary: 'Delete a user',
    description: 'Ends every login of the user. The logs stay.',
    params: UserParams,
    answers: { 200: answer(DeletedUser, 'The user is deleted') },
    fails: ['not_found'],
    meanings,
  });
  router.openapi(deleteRoute, async (c) => {
    const id = Number(c.req.valid('param').id);
    await deleteUser(users, c.get('caller'), id);
    return c.json(success('User deleted', { id }), 200);
  });

  return router;
}
