import type { RequestedStep } from '../../../domain/delivery/workflow.ts';
import {
  getWorkflow,
  removeWorkflow,
  saveWorkflow,
  type WorkflowContext,
} from '../../../services/delivery/account-workflow.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { AccountParams } from './sender-schemas.ts';
import {
  AccountWorkflow,
  DeletedWorkflow,
  WorkflowBody,
  workflowExample,
} from './workflow-schemas.ts';

type Dependencies = { readonly workflows: WorkflowContext };

const tag = 'Verification';

/** The steps that an account takes for requests without steps of their own. */
export function workflowRoutes({ workflows }: Dependencies) {
  const router = createRouter();

  const getRoute = operation({
    method: 'get',
    path: '/{accountId}/workflow',
    operationId: 'getWorkflow',
    tag,
    summary: 'Get the workflow of an account',
    params: AccountParams,
    answers: { 200: answer(AccountWorkflow, 'The workflow') },
    fails: ['not_found'],
  });
  router.openapi(getRoute, async (c) => {
    const { accountId } = c.req.valid('param');
    const workflow = await getWorkflow(workflows, c.get('caller'), accountId);
    return c.json(success('Workflow', present(accountId, workflow)), 200);
  });

  const saveRoute = operation({
    method: 'put',
    path: '/{accountId}/workflow',
    operationId: 'saveWorkflow',
    tag,
    summary: 'Set the workflow of an account',
    description:
      'Codes of this account are sent by these steps, unless a request names a `workflow` or a `channel`. A step whose channel sends to email addresses is left out for a request without `email`. Takes effect at once, on other nodes within five seconds.',
    params: AccountParams,
    body: WorkflowBody,
    bodyExample: { workflow: workflowExample },
    answers: { 200: answer(AccountWorkflow, 'The workflow is saved') },
    fails: ['not_found'],
  });
  router.openapi(saveRoute, async (c) => {
    const { accountId } = c.req.valid('param');
    const { workflow } = c.req.valid('json');
    const saved = await saveWorkflow(workflows, c.get('caller'), accountId, workflow);
    return c.json(success('Workflow saved', present(accountId, saved)), 200);
  });

  const removeRoute = operation({
    method: 'delete',
    path: '/{accountId}/workflow',
    operationId: 'deleteWorkflow',
    tag,
    summary: 'Remove the workflow of an account',
    description: 'Codes of this account are then sent on the channels of `OTP_CHANNELS`.',
    params: AccountParams,
    answers: { 200: answer(DeletedWorkflow, 'The account has no workflow') },
    fails: ['not_found'],
  });
  router.openapi(removeRoute, async (c) => {
    const { accountId } = c.req.valid('param');
    await removeWorkflow(workflows, c.get('caller'), accountId);
    return c.json(success('Workflow removed', { accountId }), 200);
  });

  return router;
}

function present(accountId: string, workflow: readonly RequestedStep[]) {
  const steps = workflow.map(({ channel, waitSeconds = null, until = null }) => ({
    channel,
    waitSeconds,
    until,
  }));
  return { accountId, workflow: steps };
}
