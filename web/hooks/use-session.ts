import { useEffect, useState } from 'preact/hooks';
import { api } from '../lib/api.ts';
import { follow } from '../lib/events.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import { useMe } from '../lib/permissions.ts';
import type { Qr, Session } from '../lib/types.ts';

const EVERY_MS = 5000;

/**
 * A session with live updates and its current QR code. The events contain the QR code, so callers who
 * may not link sessions poll instead.
 */
export function useSession(id: string) {
  const { may } = useMe();
  const [session, setSession] = useState<Session>();
  const [qr, setQr] = useState<Qr>();
  const [failure, setFailure] = useState<Failure>();
  const mayFollow = may('sessions:manage');

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const path = `/api/sessions/${encodeURIComponent(id)}`;
    const fail = (error: unknown) => {
      if (!signal.aborted) setFailure(toFailure(error));
    };
    const settle = (read: Session) => {
      setFailure(undefined);
      setSession(read);
    };
    const onEvent = (name: string, data: unknown) => {
      setFailure(undefined);
      if (name === 'state') setSession(data as Session);
      else if (name === 'qr') setQr((data as Qr | null) ?? undefined);
    };
    if (mayFollow) {
      follow(`${path}/events`, { signal, onEvent, onAway: fail }).catch(fail);
      return () => controller.abort();
    }
    const read = () => void api<Session>(path, { signal }).then(settle, fail);
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [id, mayFollow]);

  return { session, qr, failure };
}
