import type { components } from './generated/api.ts';

type Problem = components['schemas']['Problem'];

/** The codes of the API, and those of failures before there was an answer. */
export type ErrorCode = Problem['code'] | 'connection_failed' | 'timeout' | 'unexpected_response';

export type FieldError = NonNullable<Problem['errors']>[number];

type Details = {
  readonly status?: number | undefined;
  readonly problem?: Problem | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
};

/** A request that failed. Switch on `code`; the message is for people, and may change. */
export class WaverifyError extends Error {
  override readonly name = 'WaverifyError';
  readonly code: ErrorCode;
  /** The HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** What the log of the service calls the request. */
  readonly requestId: string | undefined;
  /** The faults of the fields of a request, or of the channels that could not send. */
  readonly errors: readonly FieldError[];
  /** How many attempts are left for a code, in answers that say so. */
  readonly attemptsLeft: number | undefined;
  /** After how many seconds the same request may succeed. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    const { status, problem, retryAfterSeconds } = details;
    this.code = code;
    this.status = status;
    this.requestId = problem?.requestId;
    this.errors = problem?.errors ?? [];
    this.attemptsLeft = problem?.attemptsLeft;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Reads the error of a response of Waverify that failed, for routes that the client has no method for. */
export async function readError(response: Response): Promise<WaverifyError> {
  const { status } = response;
  const text = await response.text();
  const problem = parseProblem(text);
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'));
  if (problem) {
    return new WaverifyError(problem.code, problem.message, { status, problem, retryAfterSeconds });
  }
  const message = `${response.url} answered ${status} without an error of Waverify: is this its address?`;
  return new WaverifyError('unexpected_response', message, { status, retryAfterSeconds });
}

function parseProblem(text: string): Problem | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isProblem = typeof parsed === 'object' && parsed !== null && 'code' in parsed;
    return isProblem ? (parsed as Problem) : undefined;
  } catch {
    return undefined;
  }
}

function readRetryAfter(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}
