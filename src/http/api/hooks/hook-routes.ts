import type { HookContext } from '../../../services/hooks/context.ts';
import {
  createHook,
  getHook,
  listHookCalls,
  listHooks,
  type HookWithSecret as NewHook,
  removeHook,
  rotateHookSecret,
  updateHook,
} from '../../../services/hooks/manage-hooks.ts';
import { toSampleRequest } from '../../../services/hooks/sample-request.ts';
import { locationHeader } from '../../openapi/headers.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { type BaseUrlParts, createReadBaseUrl } from '../base-url.ts';
import { answer, success } from '../schemas/envelope.ts';
import { pageOf, presentPage, readPage } from '../schemas/page.ts';
import { presentHook, presentHookCall, toHookUrl } from './hook-response.ts';
import {
  CreateHookBody,
  DeletedHook,
  Hook,
  HookCall,
  HookParams,
  HookQuery,
  HookWithSecret,
  RotateHookBody,
  Sample,
  UpdateHookBody,
} from './hook-schemas.ts';

type Dependencies = BaseUrlParts & {
  readonly hooks: HookContext;
};

const tag = 'Hooks';

/** The hooks at which servers that own their codes ask for their delivery. The calls are in http/compat/hooks. */
export function hookRoutes(dependencies: Dependencies) {
  const { hooks } = dependencies;
  const router = createRouter();
  const readBaseUrl = createReadBaseUrl(dependencies);

  const presentNew = ({ hook, secret }: NewHook, baseUrl: string) => ({
    ...{ ...presentHook(hook, baseUrl), secret },
    sampleRequest: toSampleRequest(hook.dialect, toHookUrl(baseUrl, hook)),
  });

  const createHookRoute = operation({
    method: 'post',
    path: '/',
    operationId: 'createHook',
    tag,
    summary: 'Create a hook',
    description:
      'Creates a URL for a server that creates and checks its own codes, such as Supabase Auth. The server calls the URL, and the codes are delivered on the channels of the account, within all limits on sends. The response has the secret that proves its calls, which is shown only once. The key also needs the scope `otp:send`.',
    body: CreateHookBody,
    bodyExample: { dialect: 'supabase', companyName: 'Kopi & Roti' },
    answers: { 201: answer(HookWithSecret, 'The hook is created', { headers: locationHeader }) },
  });
  router.openapi(createHookRoute, async (c) => {
    const created = await createHook(hooks, c.get('caller'), c.req.valid('json'));
    c.header('Location', `/api/hooks/${created.hook.hookId}`);
    return c.json(success('Hook created', presentNew(created, readBaseUrl(c))), 201);
  });

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listHooks',
    tag,
    summary: 'List hooks',
    description: 'The hooks of the account, newest first.',
    query: HookQuery,
    answers: { 200: answer(pageOf(Hook), 'A page of hooks') },
  });
  router.openapi(listRoute, async (c) => {
    const page = await listHooks(hooks, c.get('caller'), readPage(c.req.valid('query')));
    const data = presentPage(page, (hook) => presentHook(hook, readBaseUrl(c)));
    return c.json(success('Hooks', data), 200);
  });

  const getRoute = operation({
    method: 'get',
    path: '/{id}',
    operationId: 'getHook',
    tag,
    summary: 'Get a hook',
    description: 'Everything about a hook except its secret.',
    params: HookParams,
    answers: { 200: answer(Hook, 'The hook') },
    fails: ['not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const found = await getHook(hooks, c.get('caller'), c.req.valid('param').id);
    return c.json(success('Hook', presentHook(found, readBaseUrl(c))), 200);
  });

  const updateRoute = operation({
    method: 'patch',
    path: '/{id}',
    operationId: 'updateHook',
    tag,
    summary: 'Change, pause or resume a hook',
    description: 'The key also needs the scope `otp:send`.',
    params: HookParams,
    body: UpdateHookBody,
    answers: { 200: answer(Hook, 'The hook is changed') },
    fails: ['not_found'],
  });
  router.openapi(updateRoute, async (c) => {
    const { id } = c.req.valid('param');
    const changed = await updateHook(hooks, c.get('caller'), id, c.req.valid('json'));
    return c.json(success('Hook changed', presentHook(changed, readBaseUrl(c))), 200);
  });

  const removeRoute = operation({
    method: 'delete',
    path: '/{id}',
    operationId: 'deleteHook',
    tag,
    summary: 'Delete a hook',
    description: 'From now on, calls of it are refused.',
    params: HookParams,
    answers: { 200: answer(DeletedHook, 'The hook is deleted') },
    fails: ['not_found'],
  });
  router.openapi(removeRoute, async (c) => {
    const { id } = c.req.valid('param');
    await removeHook(hooks, c.get('caller'), id);
    return c.json(success('Hook deleted', { id }), 200);
  });

  const rotateRoute = operation({
    method: 'post',
    path: '/{id}/rotate',
    operationId: 'rotateHookSecret',
    tag,
    summary: 'Replace the secret of a hook',
    description:
      'For a day, calls with either the new or the previous secret are accepted, so that you can change the server at any time during that day. The key also needs the scope `otp:send`.',
    params: HookParams,
    body: RotateHookBody,
    answers: { 200: answer(HookWithSecret, 'The hook has a new secret') },
    fails: ['not_found', 'request_in_progress'],
  });
  router.openapi(rotateRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { secret } = c.req.valid('json');
    const rotated = await rotateHookSecret(hooks, c.get('caller'), id, secret);
    return c.json(success('Secret replaced', presentNew(rotated, readBaseUrl(c))), 200);
  });

  const callsRoute = operation({
    method: 'get',
    path: '/{id}/calls',
    operationId: 'listHookCalls',
    tag,
    summary: 'List the calls of a hook',
    description:
      'The calls of a hook with the right secret, newest first, and what became of their messages. Kept for `OTP_RETENTION_DAYS`.',
    params: HookParams,
    query: HookQuery,
    answers: { 200: answer(pageOf(HookCall), 'A page of calls') },
    fails: ['not_found'],
  });
  router.openapi(callsRoute, async (c) => {
    const { id } = c.req.valid('param');
    const page = readPage(c.req.valid('query'));
    const calls = await listHookCalls(hooks, c.get('caller'), id, page);
    return c.json(success('Calls', presentPage(calls, presentHookCall)), 200);
  });

  const sampleRoute = operation({
    method: 'get',
    path: '/{id}/sample-request',
    operationId: 'getHookSampleRequest',
    tag,
    summary: 'Get a sample request of a hook',
    description: 'A call as the server makes it, without the secret.',
    params: HookParams,
    answers: { 200: answer(Sample, 'The sample request') },
    fails: ['not_found'],
  });
  router.openapi(sampleRoute, async (c) => {
    const hook = await getHook(hooks, c.get('caller'), c.req.valid('param').id);
    const sample = toSampleRequest(hook.dialect, toHookUrl(readBaseUrl(c), hook));
    return c.json(success('Sample request', sample), 200);
  });

  return router;
}
