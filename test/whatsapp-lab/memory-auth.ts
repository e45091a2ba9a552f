import {
  type AuthenticationCreds,
  BufferJSON,
  type CacheStore,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
} from '@whiskeysockets/baileys';

type Saved = { creds: AuthenticationCreds; store: Record<string, Record<string, unknown>> };

/** Credentials and keys in memory; `save` gives what a disk would hold at this moment. */
export function createMemoryAuth(saved?: string) {
  const { creds, store }: Saved =
    saved === undefined
      ? { creds: initAuthCreds(), store: {} }
      : JSON.parse(saved, BufferJSON.reviver);

  function put(type: string, id: string, value: unknown): void {
    const kept = store[type] ?? {};
    store[type] = kept;
    if (value) kept[id] = value;
    else delete kept[id];
  }

  return {
    creds,
    keys: {
      get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
        const found: Record<string, SignalDataTypeMap[T]> = {};
        for (const id of ids) {
          const value = store[type]?.[id];
          if (value !== undefined) found[id] = revive(type, value) as SignalDataTypeMap[T];
        }
        return found;
      },
      set(data: SignalDataSet): void {
        for (const [type, entries] of Object.entries(data)) {
          for (const [id, value] of Object.entries(entries ?? {})) put(type, id, value);
        }
      },
    },
    save: () => JSON.stringify({ creds, store }, BufferJSON.replacer),
  };
}

/** A cache that outlives a socket, as a program may have one for the devices of its recipients. */
export function createMemoryCache(): CacheStore {
  const values = new Map<string, unknown>();
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    set: (key, value) => void values.set(key, value),
    del: (key) => void values.delete(key),
    flushAll: () => values.clear(),
  };
}

function revive(type: string, value: unknown): unknown {
  if (type !== 'app-state-sync-key') return value;
  return proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>);
}
