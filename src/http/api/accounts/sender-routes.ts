import type { SenderSettings } from '../../../domain/delivery/sender-settings.ts';
import {
  getSenderSettings,
  type SenderContext,
  saveSenderSettings,
} from '../../../services/delivery/sender-settings.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { AccountParams, Sender, SenderBody } from './sender-schemas.ts';

type Dependencies = { readonly senders: SenderContext };

const tag = 'Templates';

const meanings = { forbidden: 'Only operators may do this.' };

/** What the messages of an account may contain although it looks like a link. For operators. */
export function senderRoutes({ senders }: Dependencies) {
  const router = createRouter();

  const getRoute = operation({
    method: 'get',
    path: '/{accountId}/sender',
    operationId: 'getSender',
    tag,
    summary: 'Get the declared names and domains of an account',
    params: AccountParams,
    answers: { 200: answer(Sender, 'The names and domains') },
    fails: ['not_found'],
    meanings,
  });
  router.openapi(getRoute, async (c) => {
    const { accountId } = c.req.valid('param');
    const settings = await getSenderSettings(senders, accountId);
    return c.json(success('Sender', present(accountId, settings)), 200);
  });

  const saveRoute = operation({
    method: 'put',
    path: '/{accountId}/sender',
    operationId: 'saveSender',
    tag,
    summary: 'Declare the names and domains of an account',
    description:
      'Replaces the company names and domains that requests and message templates of this account may contain even though they look like links. Existing templates stay. Takes effect at once, on other nodes within five seconds.',
    params: AccountParams,
    body: SenderBody,
    answers: { 200: answer(Sender, 'The names and domains are saved') },
    fails: ['not_found'],
    meanings,
  });
  router.openapi(saveRoute, async (c) => {
    const { accountId } = c.req.valid('param');
    const { companyNames, domains } = c.req.valid('json');
    const draft = { companyNames, domains };
    const saved = await saveSenderSettings(senders, c.get('caller'), accountId, draft);
    return c.json(success('Sender saved', present(accountId, saved)), 200);
  });

  return router;
}

function present(accountId: string, { companyNames, domains }: SenderSettings) {
  return { accountId, companyNames: [...companyNames], domains: [...domains] };
}
