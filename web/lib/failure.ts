import { base } from './base.ts';
import type { Problem } from './types.ts';

/** A failed call: the error code of the API, or `unreachable` without an answer. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly attemptsLeft: number | undefined;
  /** The first invalid field and its error code, such as `email.invalid_format`. */
  readonly field: string | undefined;

  constructor(status: number, problem: KnownProblem) {
    super(toSentence(problem));
    this.status = status;
    this.code = problem.code ?? 'internal_error';
    this.retryAfter = problem.retryAfter;
    this.attemptsLeft = problem.attemptsLeft;
    const [first] = problem.errors ?? [];
    this.field = first && `${first.path}.${first.code}`;
  }

  /** Whether the same call may succeed later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The fields of a failure response, if it has any, or our own. */
type KnownProblem = Partial<Pick<Problem, 'message' | 'errors' | 'retryAfter' | 'attemptsLeft'>> & {
  readonly code?: Problem['code'] | 'unreachable';
};

/** The error of the first field is more specific than the code of the response. */
function toSentence({ message = '', errors: [first] = [] }: KnownProblem): string {
  return first ? `${first.path}: ${first.message}` : message;
}

/** Reads the failure from a response. */
export async function readFailure(response: Response): Promise<Failure> {
  const problem = (await response.json().catch(() => ({}))) as KnownProblem;
  return new Failure(response.status, problem);
}

/** Like `fetch`, but a missing answer is a failure, too. @throws {Failure} `unreachable`. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(base + path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Failure(0, { code: 'unreachable' });
  }
}

export function toFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure(0, { code: 'internal_error' });
}
