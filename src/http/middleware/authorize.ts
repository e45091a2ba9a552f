import type { Context, MiddlewareHandler } from 'hono';
import type { Caller } from '../../domain/access/caller.ts';
import { isAllowed, type Permission } from '../../domain/access/permissions.ts';
import { AppError } from '../../domain/errors.ts';
import { openBeforePasswordChange, routeAccess } from '../access-table.ts';
import type { HttpEnv } from '../http-env.ts';
import type { ReadCaller } from './authenticate.ts';
import { matchedRoute } from './matched-route.ts';

type Options = {
  readonly readCaller: ReadCaller;
  /** Returns undefined if the browser should ask for a password. */
  readonly readBrowser: (c: Context<HttpEnv>) => Promise<Caller | undefined>;
  /** Called when an identified caller lacks the permission. */
  readonly onRefusal: (caller: Caller, route: string) => void;
};

/** Pages for a browser, which cannot send an API key in a header. */
const FOR_BROWSERS = /^GET [/]api[/](docs|openapi[.]json)/;

const CHANGE_PASSWORD =
  'Someone else has set your password. Choose your own with `POST /api/auth/password` first';

/** Rejects requests whose caller lacks what the access table requires. */
export function authorize(options: Options): MiddlewareHandler<HttpEnv> {
  const { readCaller, readBrowser, onRefusal } = options;

  function assertAllowed(caller: Caller, route: string, permissions: readonly Permission[]): void {
    if (caller.mustChangePassword && !openBeforePasswordChange.has(route)) {
      throw new AppError('password_change_required', CHANGE_PASSWORD);
    }
    if (permissions.length === 0 || isAllowed(caller, permissions)) return;
    onRefusal(caller, route);
    throw new AppError('forbidden', explain(caller, permissions));
  }

  return async (c, next) => {
    const matched = matchedRoute(c);
    // Without a route, the response is 404 or 405, and no credentials are required.
    if (!matched) return next();
    const route = `${matched.method} ${matched.path}`;
    const access = routeAccess[route] ?? ['operate'];
    if (access === 'public') return next();
    const caller = await (FOR_BROWSERS.test(route) ? readBrowser : readCaller)(c);
    if (!caller) return askForPassword(c);
    c.set('caller', caller);
    assertAllowed(caller, route, access);
    c.set('authorizeAgain', async () => assertAllowed(await readCaller(c), route, access));
    return next();
  };
}

function askForPassword(c: Context): Response {
  return c.text('The password is your API key. Enter any user name.', 401, {
    'WWW-Authenticate': 'Basic realm="waverify", charset="UTF-8"',
  });
}

/** Names the missing permission. Callers may know what their key permits. */
function explain({ isOperator, principal }: Caller, permissions: readonly Permission[]): string {
  const scopes = permissions.filter((permission) => permission !== 'operate');
  if (scopes.length === 0) return 'Only operators (role ADMIN) may do this';
  if (isOperator && principal.kind === 'user') {
    return 'Operators act for no account: use an API key or a user of the account';
  }
  return scopes.includes('*')
    ? 'Requires an API key with the scope *, or a user of the account'
    : `Requires an API key with the scope ${scopes.join(' or ')}`;
}
