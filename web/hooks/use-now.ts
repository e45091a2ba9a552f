import { useEffect, useState } from 'preact/hooks';

/** The time in milliseconds, updated every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Whole seconds until a time; 0 if it has passed. */
export function secondsUntil(moment: string | number, now: number): number {
  return Math.max(0, Math.ceil((new Date(moment).getTime() - now) / 1000));
}
