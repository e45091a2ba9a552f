import { useCallback, useEffect, useState } from 'preact/hooks';
import { api } from '../lib/api.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import { credentials } from '../lib/sign-in/credentials.ts';
import type { Me } from '../lib/types.ts';

/** How often a service that does not respond is tried again. */
const AGAIN_MS = 5000;

/** The caller who is signed in in this browser, as far as this tab knows. */
export function useSignIn() {
  const [me, setMe] = useState<Me>();
  const [isOver, setOver] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [isAsking, setAsking] = useState(true);

  const recall = useCallback(() => {
    setAsking(true);
    api<Me>('/api/auth/me')
      .then(
        (found) => {
          setFailure(undefined);
          setOver(false);
          setMe(found);
        },
        (error: unknown) => setFailure(credentials.exist() ? toFailure(error) : undefined),
      )
      .finally(() => setAsking(false));
  }, []);

  useEffect(() => {
    credentials.watch(recall, () => {
      setMe(undefined);
      setFailure(undefined);
      setOver(true);
    });
    if (credentials.exist()) recall();
    else void credentials.findInTabs().then(() => credentials.exist() || setAsking(false));
  }, [recall]);

  useEffect(() => {
    if (!failure?.isPassing) return;
    const timer = setTimeout(recall, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [failure, recall]);

  function signOut(): void {
    setMe(undefined);
    setOver(false);
    credentials.signOut().catch(() => {});
  }

  /** Whether this tab waits for the first answer of the service. */
  const isWaiting = isAsking && !me && !failure && credentials.exist();
  return { me, isOver, failure, isAsking, isWaiting, recall, signOut, enter: setMe };
}
