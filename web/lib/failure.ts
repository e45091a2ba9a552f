import { base } from './base.ts';
import type { Problem } from './types.ts';

/** Why a call did not succeed: the API's own code, or `unreachable` when there was no answer. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly attemptsLeft: number | undefined;
  /** The first field at fault: its name and what is wrong with it, such as `email.invalid_format`. */
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

  /** Whether the same call may do better in a while. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** What an answer says of a failure, as far as it says something; or what we say ourselves. */
type KnownProblem = Partial<Pick<Problem, 'message' | 'errors' | 'retryAfter' | 'attemptsLeft'>> & {
  readonly code?: Problem['code'] | 'unreachable';
};

/** What is wrong with the first field says more than that something is. */
function toSentence({ message = '', errors: [first] = [] }: KnownProblem): string {
  return first ? `${first.path}: ${first.message}` : message;
}

/** The failure that an answer tells of. */
export async function readFailure(response: Response): Promise<Failure> {
  const problem = (await response.json().catch(() => ({}))) as KnownProblem;
  return new Failure(response.status, problem);
}

/** As `fetch`, but that nobody answers is a failure like any other. @throws {Failure} `unreachable`. */
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
