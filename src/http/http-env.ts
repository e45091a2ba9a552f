import type { RequestIdVariables } from 'hono/request-id';
import type { Caller, CallId } from '../domain/access/caller.ts';

/** The variables that middleware sets for the handlers of a request. */
export type HttpEnv = {
  Variables: RequestIdVariables & {
    caller: Caller;
    /** The call in the activity log, open until the response is ready. */
    call: CallId;
    /** The failure of the request, for the log. */
    problem:
      | {
          readonly code: string;
          readonly retryAfter: number | undefined;
          readonly attemptsLeft: number | undefined;
        }
      | undefined;
    /** Whether the response has a secret that must not be stored in clear text. */
    hasSecretAnswer: boolean | undefined;
    /** For streams: throws when the credentials are no longer valid for this route. */
    authorizeAgain: () => Promise<void>;
  };
};
