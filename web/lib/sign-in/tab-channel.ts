import { base } from '../base.ts';
import type { Credentials } from './tokens.ts';

type Message =
  /** A tab asks the others for their credentials. */
  | { readonly kind: 'ask' }
  /** A tab has these credentials, because it was asked, someone has signed in, or they were refreshed. */
  | { readonly kind: 'have'; readonly credentials: Credentials }
  /** The sign-in with this ID has ended. */
  | { readonly kind: 'end'; readonly id: string };

export type TabChannel = ReturnType<typeof createTabChannel>;

type Listeners = {
  /** Returns the credentials of this tab. */
  readonly read: () => Credentials | undefined;
  readonly onHave: (credentials: Credentials) => unknown;
  readonly onEnd: (id: string) => unknown;
};

/** How long a tab waits for others. Open tabs respond within a few milliseconds, sleeping ones not at all. */
const WAIT_MS = 250;

/**
 * Hands credentials from tab to tab of this browser, in memory only. Messages reach pages of the same origin, and the
 * name separates installations below different paths of one origin.
 */
export function createTabChannel({ read, onHave, onEnd }: Listeners) {
  const channel = new BroadcastChannel(`waverify.sign-in:${base}`);
  const send = (message: Message) => channel.postMessage(message);
  /** Sign-ins that have ended. A tab that has not heard of it yet may still hand one over. */
  const ended = new Set<string>();
  let onAnswer = () => {};

  function take(theirs: Credentials): void {
    if (ended.has(theirs.id)) return;
    const own = read();
    onHave(theirs);
    // Tabs with another sign-in, or with the same tokens, answer too. One with newer tokens may be slower.
    if (read() !== own) onAnswer();
  }

  function end(id: string): void {
    ended.add(id);
    onEnd(id);
  }

  channel.onmessage = ({ data }: { readonly data: Message }) => {
    const own = read();
    if (data.kind === 'ask' && own) send({ kind: 'have', credentials: own });
    if (data.kind === 'have') take(data.credentials);
    if (data.kind === 'end') end(data.id);
  };

  return {
    share: (credentials: Credentials) => send({ kind: 'have', credentials }),
    end(id: string): void {
      ended.add(id);
      send({ kind: 'end', id });
    },
    /** Asks the other tabs. Resolves after the first answer that `onHave` has taken, or when there is none. */
    ask(): Promise<void> {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, WAIT_MS);
        onAnswer = () => {
          clearTimeout(timer);
          resolve();
        };
        send({ kind: 'ask' });
      });
    },
  };
}
