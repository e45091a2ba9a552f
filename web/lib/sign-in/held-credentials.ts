import type { Credentials } from './tokens.ts';

const PLACE = 'waverify.credentials';

export type HeldCredentials = ReturnType<typeof createHeldCredentials>;

/** What is used of the sessionStorage of a tab. */
export type TabStorage = {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
};

/** The credentials of this tab. They survive a reload, and end with the tab. */
export function createHeldCredentials(storage: TabStorage) {
  let current = read(storage);

  function keep(next: Credentials | undefined): void {
    current = next;
    if (next) storage.setItem(PLACE, JSON.stringify(next));
    else storage.removeItem(PLACE);
  }

  return {
    read: () => current,
    keep,
    /**
     * Takes the credentials of another tab: newer tokens of the same sign-in, or any if no one is signed in here.
     * Returns whether this tab is signed in only now.
     */
    adopt(theirs: Credentials): boolean {
      if (!current) {
        keep(theirs);
        return true;
      }
      if (current.id === theirs.id && renewAtOf(theirs) > renewAtOf(current)) keep(theirs);
      return false;
    },
  };
}

function renewAtOf(one: Credentials): number {
  return one.kind === 'person' ? one.renewAt : 0;
}

function read(storage: TabStorage): Credentials | undefined {
  try {
    return (JSON.parse(storage.getItem(PLACE) ?? 'null') as Credentials | null) ?? undefined;
  } catch {
    return undefined;
  }
}
