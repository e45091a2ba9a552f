import type { HeldCredentials } from './held-credentials.ts';
import type { TabChannel } from './tab-channel.ts';
import { type Credentials, refreshTokens, type Shown, toHeader } from './tokens.ts';

type Parts = {
  readonly held: HeldCredentials;
  readonly tabs: TabChannel;
  readonly enter: (next: Credentials) => void;
  /** Called when the login has ended. */
  readonly lose: () => void;
};

/**
 * Returns a function that refreshes the tokens of this tab, once at a time, because a refresh token is valid once. Tabs
 * that refresh the same token within ten seconds get the same tokens.
 */
export function createRenew({ held, tabs, enter, lose }: Parts): () => Promise<void> {
  let renewal: Promise<void> | undefined;

  async function exchange(): Promise<void> {
    const before = held.read();
    // Another tab may have refreshed them while this one was asleep.
    await tabs.ask();
    const old = held.read();
    if (old?.kind !== 'person' || old !== before) return;
    const next = await refreshTokens(old);
    if (held.read() !== old) return; // Signed out, or refreshed by another tab, in the meantime.
    if (next) enter(next);
    else lose();
  }

  return () => {
    renewal ??= exchange().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
}

type RecoveryParts = Pick<Parts, 'held' | 'lose'> & { readonly renew: () => Promise<void> };

/** Returns a function that handles a 401 for the credentials that were sent, and returns whether to retry. */
export function createRecover({ held, renew, lose }: RecoveryParts) {
  return async (shown: Shown): Promise<boolean> => {
    const current = held.read();
    // The user may have signed out since, or another call or tab has refreshed them.
    if (!current || !isSame(toHeader(current), shown)) return current !== undefined;
    if (current.kind === 'person') await renew();
    else lose();
    return held.read() !== undefined;
  };
}

function isSame(one: Shown, other: Shown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
