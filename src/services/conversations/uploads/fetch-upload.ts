import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { GetOutcome } from '../../../lib/guarded-http/attempt-get.ts';
import { UrlRefusedError } from '../../../lib/guarded-http/target-url.ts';
import type { MediaContext } from '../media/context.ts';
import { storeUpload, tooLarge, type Upload } from './store-upload.ts';

type Session = { readonly sessionId: string; readonly accountId: string };

/** For the whole file, with redirects. */
const FETCH_MS = 30_000;

const RETRY_SECONDS = 5;

/** From here on, it is the server that failed. */
const SERVER_FAULT = 500;

/**
 * Fetches a file that is to be sent from a URL, and stores it.
 * @throws {AppError} `validation_failed` for a URL that is not permitted, or has no file; `media_unavailable` when its
 * server fails; and as `storeUpload`.
 */
export async function fetchUpload(
  ctx: MediaContext,
  session: Session,
  { url, mostBytes }: { readonly url: string; readonly mostBytes: number },
): Promise<Upload> {
  assertIsPermitted(ctx, url);
  const outcome = await ctx.urls.get({
    ...{ url, mostBytes, timeoutMs: FETCH_MS },
    read: (bytes, statedType) => storeUpload(ctx, session, { bytes, statedType }),
  });
  if (outcome.kind === 'read') return outcome.value;
  throw toAppError(outcome, mostBytes);
}

function assertIsPermitted({ urls }: MediaContext, url: string): void {
  try {
    urls.checkUrl(url);
  } catch (error) {
    if (!(error instanceof UrlRefusedError)) throw error;
    throw invalidField('url', error.message, error.code);
  }
}

function toAppError(
  outcome: Exclude<GetOutcome<unknown>, { kind: 'read' }>,
  mostBytes: number,
): AppError {
  switch (outcome.kind) {
    case 'too_large':
      return tooLarge(mostBytes);
    case 'status':
      return outcome.status < SERVER_FAULT
        ? invalidField('url', `must lead to a file: the server answers ${outcome.status}`)
        : unavailable(`its server answered ${outcome.status}`);
    case 'refused':
      return invalidField('url', outcome.message, 'invalid_value');
    default:
      return unavailable(outcome.message);
  }
}

function unavailable(why: string): AppError {
  return new AppError('media_unavailable', `The file could not be fetched from the URL: ${why}`, {
    retryAfterSeconds: RETRY_SECONDS,
  });
}
