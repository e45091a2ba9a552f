import { useEffect, useState } from 'preact/hooks';

/** The time in milliseconds, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Whole seconds until a moment; 0 when it is over. */
export function secondsUntil(moment: string | number, now: number): number {
  return Math.max(0, Math.ceil((new Date(moment).getTime() - now) / 1000));
}
