import type { RequestIdVariables } from 'hono/request-id';
import type { Caller } from '../domain/access/caller.ts';

/** What middleware leaves for the handlers of a request. */
export type HttpEnv = {
  Variables: RequestIdVariables & {
    caller: Caller;
    /** What a failure was answered with, for the record. */
    problem:
      | {
          readonly code: string;
          readonly retryAfter: number | undefined;
          readonly attemptsLeft: number | undefined;
        }
      | undefined;
    /** For answers that go on: throws when the credential may not do this any more. */
    authorizeAgain: () => Promise<void>;
  };
};
