import type { Lab, Phone } from '../whatsapp-lab/lab.ts';

/** Looks every millisecond how many connections an account has, and remembers the most. */
export function watchConnections(lab: Lab, { pn }: Phone) {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, lab.connectionsOf(pn));
  }, 1);
  return {
    stop(): number {
      clearInterval(timer);
      return most;
    },
  };
}
