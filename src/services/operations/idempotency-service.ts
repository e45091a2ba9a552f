import { formatLineage, type Principal } from '../../domain/access/caller.ts';
import type { KeyMode } from '../../domain/access/permissions.ts';
import { AppError } from '../../domain/errors.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import { digestOf, randomId, type SecretKey } from '../../lib/crypto/secrets.ts';
import { type Clock, secondsUntil } from '../../lib/time/clock.ts';
import type { IdempotencyStore, KeyClaim } from '../../storage/operations/idempotency-store.ts';

type Request = {
  readonly accountId: string;
  /** Keys are separate for each principal, so no caller gets a response that was for another. */
  readonly principal: Principal;
  /** Test keys and live keys of an account never share a response. */
  readonly mode: KeyMode;
  /** Method and path. A key can be used once on each route. */
  readonly route: string;
  readonly key: string;
  readonly body: string;
};

type Answer = {
  readonly statusCode: number;
  readonly body: string;
  /** Whether the body has a secret, and is stored sealed. */
  readonly isSecret?: boolean;
};

export type KeyOutcome =
  | { readonly kind: 'first'; readonly claim: KeyClaim }
  | { readonly kind: 'replay'; readonly answer: Answer };

type Dependencies = {
  readonly keys: IdempotencyStore;
  readonly secretKey: SecretKey;
  readonly sealer: Sealer;
  /** This node. If it dies, its keys are released. */
  readonly nodeId: string;
  /** Longer than any request may take. After this time, the first request counts as dead. */
  readonly longestSeconds: number;
  readonly now: Clock;
};

export type IdempotencyService = ReturnType<typeof createIdempotencyService>;

const KEPT_MS = 24 * 3_600_000;

/** Begins a stored response that is sealed. No JSON begins like this. */
const SEALED = 'sealed:';

/** Most requests end long before their lock does, and those of a dead node are released within seconds. */
const RETRY_SECONDS = 5;

/** Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a repeated request gets the first response. */
export function createIdempotencyService(dependencies: Dependencies) {
  const { keys, secretKey, sealer, nodeId, longestSeconds, now } = dependencies;
  const digestKey = secretKey.derive('idempotency');

  /**
   * Claims the key for this request, or finds the response to the first one.
   * @throws {AppError} `idempotency_key_reused` with another body, `request_in_progress` while the
   * first request is still running.
   */
  async function begin(request: Request): Promise<KeyOutcome> {
    const claim = {
      keyDigest: digestOf(identityOf(request), digestKey),
      bodyDigest: digestOf(request.body, digestKey),
      accountId: request.accountId,
      owner: `${nodeId}.${randomId(12)}`,
    };
    const at = now().getTime();
    const lockedUntil = at + longestSeconds * 1000;
    if (await keys.take(claim, at, lockedUntil)) return { kind: 'first', claim };
    const times = { now: at, lockedUntil, forgottenBefore: at - KEPT_MS };
    if (await keys.takeOver(claim, times)) return { kind: 'first', claim };
    const stored = await keys.find(claim.keyDigest);
    if (stored && stored.bodyDigest !== claim.bodyDigest) {
      throw new AppError(
        'idempotency_key_reused',
        'This Idempotency-Key was used with another body. Use a new key for a new request.',
      );
    }
    if (stored?.answer) return { kind: 'replay', answer: open(stored.answer, claim) };
    // If the first request has died or its key was released in the meantime, a retry succeeds.
    const rest = secondsUntil(new Date(stored?.lockedUntil ?? at), now());
    throw new AppError(
      'request_in_progress',
      'The first request with this Idempotency-Key is still in progress. Try again shortly',
      {
        retryAfterSeconds: Math.min(RETRY_SECONDS, Math.max(1, rest)),
      },
    );
  }

  /** Stores the response, for repeated requests. */
  async function finish(claim: KeyClaim, { isSecret, statusCode, body }: Answer): Promise<void> {
    const stored = isSecret ? SEALED + sealer.seal(body, claim.keyDigest) : body;
    await keys.saveAnswer(claim, { statusCode, body: stored });
  }

  function open({ statusCode, body }: Answer, { keyDigest }: KeyClaim): Answer {
    if (!body.startsWith(SEALED)) return { statusCode, body };
    return { statusCode, body: sealer.open(body.slice(SEALED.length), keyDigest) };
  }

  /** Releases the keys of a dead node; returns how many. Those of an earlier time are free already. */
  function releaseAllOf(deadNodeId: string): Promise<number> {
    return keys.releaseAllOf(deadNodeId, now().getTime() - 2 * longestSeconds * 1000);
  }

  return { begin, finish, release: keys.release, releaseAllOf };
}

/**
 * What identifies a key. Live mode and the bootstrap key are left out, so that digests from before they
 * were distinguished stay the same.
 */
function identityOf({ accountId, principal, mode, route, key }: Request): string {
  const who = principal.kind === 'bootstrap' ? [] : [formatLineage(principal)];
  return JSON.stringify([accountId, route, key, ...(mode === 'test' ? [mode] : []), ...who]);
}
