import { z } from '@hono/zod-openapi';
import { type AccountListContext, listAccounts } from '../../../services/access/list-accounts.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { namePageFields, pageOf, presentNamePage, readNamePage } from '../schemas/page.ts';

type Dependencies = { readonly accountList: AccountListContext };

const Account = z
  .object({
    accountId: z.string().describe('The ID of the account'),
    createdAt: z.iso.datetime().describe('When the account was created'),
  })
  .openapi('Account', { description: 'An account, as operators see it.' });

/** The accounts of the installation, for operators. */
export function accountRoutes({ accountList }: Dependencies) {
  const router = createRouter();

  const listRoute = operation({
    method: 'get',
    path: '/',
    operationId: 'listAccounts',
    tag: 'People',
    summary: 'List accounts',
    description: 'All accounts, sorted by ID.',
    query: z.strictObject(namePageFields),
    answers: { 200: answer(pageOf(Account, 'sorted by ID'), 'A page of accounts') },
    meanings: { forbidden: 'Only operators may do this.' },
  });
  router.openapi(listRoute, async (c) => {
    const page = await listAccounts(accountList, readNamePage(c.req.valid('query')));
    const present = ({ id, createdAt }: (typeof page.items)[number]) => ({
      accountId: id,
      createdAt: createdAt.toISOString(),
    });
    return c.json(success('Accounts', presentNamePage(page, present)), 200);
  });

  return router;
}
