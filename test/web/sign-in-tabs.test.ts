import { describe, expect, it, vi } from 'vitest';
import { createHeldCredentials, type TabStorage } from '../../web/lib/sign-in/held-credentials.ts';
import { createRecover } from '../../web/lib/sign-in/renewal.ts';
import { createTabChannel } from '../../web/lib/sign-in/tab-channel.ts';
import { type Credentials, toHeader } from '../../web/lib/sign-in/tokens.ts';

/** Long enough for messages to the other tabs of this process. */
const DELIVERED_MS = 50;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function createStorage(): TabStorage {
  const values = new Map<string, string>();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}

/** A tab that answers after a while, as a busy one does. */
function openTab(own?: Credentials, answersAfterMs = 0) {
  const held = createHeldCredentials(createStorage());
  if (own) held.keep(own);
  let isAwake = answersAfterMs === 0;
  const tabs = createTabChannel({
    read: () => (isAwake ? held.read() : undefined),
    onHave: held.adopt,
    onEnd: (id) => held.read()?.id === id && held.keep(undefined),
  });
  if (!isAwake && own) {
    setTimeout(() => {
      isAwake = true;
      tabs.share(own);
    }, answersAfterMs);
  }
  return { held, tabs };
}

const login = (id: string, renewAt: number): Credentials => ({
  ...{ id, kind: 'person', access: `access ${renewAt}`, refresh: `refresh ${renewAt}`, renewAt },
});

describe('the tabs of a browser', () => {
  it('wait for the one with newer tokens, although others answer sooner', async () => {
    const sleeper = openTab(login('ann', 1));
    const others = [openTab(login('ann', 1)), openTab(login('bob', 9))];
    const newest = openTab(login('ann', 2), DELIVERED_MS);
    await sleeper.tabs.ask();
    expect(sleeper.held.read()).toEqual(newest.held.read());
    expect(others.map(({ held }) => held.read()?.id)).toEqual(['ann', 'bob']);
  });

  it('take over no sign-in that has ended from one that has not heard of it', async () => {
    const key: Credentials = { id: 'ended here', kind: 'key', key: 'secret' };
    const [left, empty, late] = [openTab(key), openTab(), openTab(undefined)];
    left.tabs.end(key.id);
    left.held.keep(undefined);
    await pause(DELIVERED_MS);
    late.tabs.share(key);
    await pause(DELIVERED_MS);
    expect([left, empty].map(({ held }) => held.read())).toEqual([undefined, undefined]);
  });
});

describe('the credentials of a tab', () => {
  it('outlive the late refusal of those before them, and a sign-out is no lost sign-in', async () => {
    const held = createHeldCredentials(createStorage());
    const lose = vi.fn(() => held.keep(undefined));
    const recover = createRecover({ held, renew: async () => {}, lose });
    const former: Credentials = { id: '1', kind: 'key', key: 'former' };
    const next: Credentials = { id: '2', kind: 'key', key: 'next' };
    expect(await recover(toHeader(former))).toBe(false);
    held.keep(next);
    expect(await recover(toHeader(former))).toBe(true);
    expect(lose).not.toHaveBeenCalled();
    expect(await recover(toHeader(next))).toBe(false);
    expect(lose).toHaveBeenCalledTimes(1);
  });
});
