import { useCallerName } from '../../hooks/use-caller-name.ts';
import { useData } from '../../hooks/use-data.ts';
import { api } from '../../lib/api.ts';
import { useMe } from '../../lib/permissions.ts';
import type { Key, Page, UsageEntry, User } from '../../lib/types.ts';

type Principal = UsageEntry['principal'];

const EVERY_MS = 60_000;
const MOST = 200;

/** The names of callers, or their IDs if the user may not list them. */
export function useCallers(): (principal: Principal) => string {
  const { me, may } = useMe();
  const nameCaller = useCallerName();
  const keys = useNames<Key>('/api/keys', may('keys:manage'), ({ keyId }) => keyId);
  const people = useNames<User>('/api/users', me.isOperator, (person) => String(person.id));
  return ({ kind, id }) => {
    const listed = { key: keys, user: people }[kind as string]?.get(id ?? '');
    return listed ?? nameCaller(`${kind}:${id ?? ''}`);
  };
}

/** Reads a caller as the groups of the usage name it: `bootstrap`, `key:…`, `user:…` or `hook:…`. */
export function toPrincipal(name: string): Principal {
  const [kind = '', id] = name.split(/:(.*)/s);
  const known = (['key', 'user', 'hook'] as const).find((one) => one === kind);
  return known ? { kind: known, id: id ?? null } : { kind: 'bootstrap', id: null };
}

type Named = { readonly name: string };

function useNames<T extends Named>(path: string, mayList: boolean, idOf: (item: T) => string) {
  const { data = [] } = useData(
    async () =>
      mayList ? (await api<Page<T>>(path, { query: { limit: MOST } })).items : ([] as const),
    { everyMs: mayList ? EVERY_MS : 0 },
  );
  return new Map(data.map((item) => [idOf(item), item.name]));
}
