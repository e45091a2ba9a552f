import { useData } from '../../hooks/use-data.ts';
import { useReadiness } from '../../hooks/use-readiness.ts';
import { api } from '../../lib/api.ts';
import { seesAllAccounts, useMe } from '../../lib/permissions.ts';
import type { Code, Dashboard, Key, Page } from '../../lib/types.ts';

const EVERY_MS = 5000;

/** The newest keys, among which is one that works if any does. */
const MOST_KEYS = 50;

/** How far an account is on its way to the first verification. */
export type Progress = {
  /** Whether codes reach recipients, and not only the terminal. */
  readonly isReachable: boolean;
  /** Whether codes are printed in the terminal of the service, for development. */
  readonly isPrinted: boolean;
  readonly isSent: boolean;
  readonly isVerified: boolean;
  /** The keys of the account; undefined if the caller may not see them. */
  readonly keys: readonly Key[] | undefined;
};

/** Reads the progress from the API, until the last step is done; undefined before it is known and for operators. */
export function useProgress(): Progress | undefined {
  const { me, may } = useMe();
  const readiness = useReadiness();
  const isAsked = !seesAllAccounts(me) && may('otp:send');
  const mayKeys = may('keys:manage');
  const { data } = useData(async () => (isAsked ? readProgress(mayKeys) : undefined), {
    everyMs: EVERY_MS,
  });
  if (!data || !readiness) return undefined;
  const isReachable = readiness.channels.some(
    ({ kind, isUsed, canSend }) => isUsed && canSend && kind !== 'console',
  );
  const isPrinted = readiness.channels.some(({ kind, isUsed }) => isUsed && kind === 'console');
  return { ...data, isReachable, isPrinted };
}

type Read = Omit<Progress, 'isReachable' | 'isPrinted'>;

async function readProgress(mayKeys: boolean): Promise<Read> {
  const verified = { status: 'verified', limit: 1 };
  const [board, codes, keys] = await Promise.all([
    api<Dashboard>('/api/analytics/dashboard'),
    api<Page<Code>>('/api/analytics/logs/otp', { query: verified }),
    mayKeys ? api<Page<Key>>('/api/keys', { query: { limit: MOST_KEYS } }) : undefined,
  ]);
  return {
    isSent: board.otp.total > 0,
    isVerified: codes.items.length > 0,
    keys: keys?.items,
  };
}
