import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { api } from '../lib/api.ts';
import { useMe } from '../lib/permissions.ts';
import type { SendingReadiness } from '../lib/types.ts';
import { useData } from './use-data.ts';

const EVERY_MS = 10_000;

export const ReadinessContext = createContext<SendingReadiness | undefined>(undefined);

/** Whether codes can be sent, and on which channels; undefined until it is known, or if the caller may not know. */
export function useReadiness(): SendingReadiness | undefined {
  return useContext(ReadinessContext);
}

/** Asks regularly whether codes of an account can be sent. */
export function useWatchedReadiness(accountId: string): SendingReadiness | undefined {
  const { me, may } = useMe();
  const mayKnow =
    me.isOperator || may('otp:send', 'analytics:read', 'sessions:manage', 'keys:manage');
  const read = () => api<SendingReadiness>('/api/channels/ready');
  const { data } = useData(async () => (mayKnow ? read() : undefined), {
    ...{ everyMs: EVERY_MS, of: [accountId] },
  });
  return data;
}
