import { z } from '@hono/zod-openapi';
import { type ErrorCode, fieldFaults } from '../../domain/errors.ts';
import { PROBLEMS, toProblemType } from '../errors/problems.ts';
import { authenticateHeader, rateLimitHeaders, retryAfterHeader } from './headers.ts';

const codes = Object.keys(PROBLEMS) as [ErrorCode, ...ErrorCode[]];

const FieldError = z
  .object({
    path: z.string().describe('The field or parameter, with dots between levels; or the channel'),
    message: z.string().describe('What is wrong with it, for people'),
    code: z.enum(fieldFaults).describe('What is wrong with it, for programs'),
  })
  .openapi('FieldError', { description: 'One field, parameter or channel that is at fault.' });

/** RFC 9457 problem details, with the fields of our envelope as extension members. */
const Problem = z
  .object({
    type: z.string().describe('A URI for this kind of problem; switch on `code` instead'),
    title: z.string().describe('The kind of problem, in a few words'),
    status: z.int().min(400).max(599).describe('The HTTP status'),
    detail: z.string().describe('The same as `message`'),
    success: z.literal(false).describe('Always false'),
    message: z.string().describe('What went wrong, for people; do not compare it'),
    code: z.enum(codes).openapi({
      description: 'What went wrong, for programs',
      example: 'otp_invalid',
    }),
    requestId: z.string().describe('The ID of the request, as in `X-Request-Id` and in the log'),
    retryAfter: z
      .int()
      .min(0)
      .optional()
      .describe('Seconds until the same request may succeed, as in `Retry-After`'),
    attemptsLeft: z
      .int()
      .min(0)
      .optional()
      .describe('With `otp_invalid`: attempts left before the code is invalidated'),
    errors: z
      .array(FieldError)
      .optional()
      .describe('The fields at fault, at most 10; or each channel with its reason'),
  })
  .openapi('Problem', { description: 'A failure: problem details as of RFC 9457.' });

type Extras = Readonly<Record<string, unknown>>;

/** What a route says about its failures beyond the table of errors. */
export type ProblemNotes = {
  /** What an error code means here, if the table is not specific enough. */
  readonly meanings?: { readonly [code in ErrorCode]?: string };
  /** Complete examples for some codes: the message and the extension members. */
  readonly examples?: { readonly [code in ErrorCode]?: Extras };
};

/** Creates the failure responses of a route, by status, from its error codes. */
export function toProblemResponses(fails: readonly ErrorCode[], notes: ProblemNotes) {
  const failing = codes.filter((code) => fails.includes(code));
  const statuses = [...new Set(failing.map((code) => PROBLEMS[code].status))].sort();
  return statuses.map((status) => {
    const ofStatus = failing.filter((code) => PROBLEMS[code].status === status);
    const headers = toHeaders(ofStatus);
    const response = {
      description: describe(ofStatus, notes),
      ...(Object.keys(headers).length > 0 && { headers }),
      content: { 'application/problem+json': { schema: Problem, ...toExamples(ofStatus, notes) } },
    };
    return [status, response] as const;
  });
}

function describe(ofStatus: readonly ErrorCode[], { meanings = {} }: ProblemNotes): string {
  const lines = ofStatus.map((code) => `\`${code}\`: ${meanings[code] ?? PROBLEMS[code].meaning}`);
  return lines.length === 1 ? lines.join() : lines.map((line) => `- ${line}`).join('\n');
}

function toHeaders(ofStatus: readonly ErrorCode[]) {
  const mayWait = ofStatus.some((code) => PROBLEMS[code].mayWait);
  const isLimit = ofStatus.some((code) => PROBLEMS[code].status === 429);
  return {
    ...(mayWait && retryAfterHeader),
    ...(isLimit && rateLimitHeaders),
    ...(ofStatus.includes('unauthorized') && authenticateHeader),
  };
}

function toExamples(ofStatus: readonly ErrorCode[], { examples = {} }: ProblemNotes) {
  const given = ofStatus.flatMap((code) => {
    const extras = examples[code];
    return extras ? [[code, { value: toExample(code, extras) }] as const] : [];
  });
  return given.length === 0 ? {} : { examples: Object.fromEntries(given) };
}

function toExample(code: ErrorCode, { message, ...extras }: Extras) {
  const { status, title } = PROBLEMS[code];
  return {
    ...{ type: toProblemType(code), title, status, detail: message, success: false, message, code },
    requestId: '75e6b613-7bd0-4e6b-b711-5d0c502d70ce',
    ...extras,
  };
}
