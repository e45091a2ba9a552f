import { z } from '@hono/zod-openapi';
import { isAnyUser, type UserContext } from '../../../services/access/users/manage-users.ts';
import { isFromHere } from '../../middleware/only-here.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';

type Dependencies = {
  readonly users: UserContext;
  /** Whether the demo page exists, and whether only for this machine or for everyone. */
  readonly demo: 'off' | 'local' | 'public';
};

const SignInOptions = z
  .object({
    hasUsers: z
      .boolean()
      .describe('Whether there is any user. Without users, only API keys can sign in'),
    hasDemo: z.boolean().describe('Whether the client of this request can open `/demo`'),
  })
  .openapi('SignInOptions', { description: 'What a sign-in page needs to know.' });

/** What the sign-in page of the console shows before anyone has signed in. It reveals nothing else. */
export function signInRoutes({ users, demo }: Dependencies) {
  const router = createRouter();

  const optionsRoute = operation({
    method: 'get',
    path: '/options',
    operationId: 'getSignInOptions',
    tag: 'People',
    summary: 'Get the ways to sign in',
    description:
      'Whether users can log in, because there are any, and whether the demo page can be opened. It requires no credential.',
    isPublic: true,
    answers: { 200: answer(SignInOptions, 'The ways to sign in') },
    fails: ['database_unavailable'],
  });
  router.openapi(optionsRoute, async (c) => {
    const hasUsers = await isAnyUser(users);
    const hasDemo = demo === 'public' || (demo === 'local' && isFromHere(c));
    return c.json(success('Ways to sign in', { hasUsers, hasDemo }), 200);
  });

  return router;
}
