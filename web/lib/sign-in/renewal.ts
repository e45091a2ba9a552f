import type { HeldCredentials } from './held-credentials.ts';
import type { TabChannel } from './tab-channel.ts';
import { type Credentials, refreshTokens } from './tokens.ts';

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
