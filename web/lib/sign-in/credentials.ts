import { createHeldCredentials, type HeldCredentials } from './held-credentials.ts';
import { createRecover, createRenew } from './renewal.ts';
import { createTabChannel } from './tab-channel.ts';
import { type Credentials, drawSignInId, logIn, logOut, type Shown, toHeader } from './tokens.ts';

/**
 * The sign-in of this browser. Each tab holds the credentials in its sessionStorage, and hands them to other tabs of the
 * console that are opened while it is open. A cookie would be sent to the services on all ports of this host and below
 * all paths of a proxy, and the API would have to defend itself against forged requests. A foreign script in the page
 * could read the storage, but could misuse a cookie as well; the security policy of the page prevents such scripts.
 */
function createCredentials(held: HeldCredentials) {
  const listeners = { onGained: () => {}, onLost: () => {} };
  const tabs = createTabChannel({
    read: held.read,
    onHave: (theirs) => held.adopt(theirs) && listeners.onGained(),
    // Another tab has signed out.
    onEnd: (id) => held.read()?.id === id && leave(),
  });
  const renew = createRenew({ held, tabs, enter, lose });

  function enter(next: Credentials): void {
    held.keep(next);
    tabs.share(next);
  }

  function leave(): void {
    held.keep(undefined);
    listeners.onLost();
  }

  function lose(): void {
    const lost = held.read();
    if (lost) tabs.end(lost.id);
    leave();
  }

  /** Returns the header with the credentials. @throws {Failure} when a login could not be refreshed. */
  async function header(): Promise<Shown> {
    const current = held.read();
    if (current?.kind === 'person' && Date.now() > current.renewAt) await renew();
    return headerOf(held.read());
  }

  async function signOut(): Promise<void> {
    const left = held.read();
    if (!left) return;
    tabs.end(left.id);
    held.keep(undefined);
    if (left.kind === 'person') await logOut(left);
  }

  return {
    header,
    /** Handles a 401 for the credentials that were sent. Returns whether to retry. */
    recover: createRecover({ held, renew, lose }),
    signOut,
    signIn: async (email: string, password: string) => enter(await logIn(email, password)),
    useKey: (key: string) => held.keep({ id: drawSignInId(), kind: 'key', key }),
    /** Shares credentials that the API has accepted with the other tabs. */
    confirm(): void {
      const current = held.read();
      if (current) tabs.share(current);
    },
    forget: () => held.keep(undefined),
    exist: () => held.read() !== undefined,
    /** Asks the other tabs, if this one has no credentials. */
    async findInTabs(): Promise<void> {
      if (!held.read()) await tabs.ask();
    },
    /** Calls `gained` when another tab hands over its sign-in, and `lost` when the sign-in has ended. */
    watch(gained: () => void, lost: () => void): void {
      listeners.onGained = gained;
      listeners.onLost = lost;
    },
  };
}

export const credentials = createCredentials(createHeldCredentials(sessionStorage));

function headerOf(current: Credentials | undefined): Shown {
  return current ? toHeader(current) : {};
}
