import type { Bus } from '../../../bus/contract.ts';

const WITH_BUS_MS = 1000;
const WITHOUT_BUS_MS = 250;

/** How long to wait for a wake-up before the database is read anyway, in milliseconds. */
export function pollMs(bus: Pick<Bus, 'isConnected'>): number {
  return bus.isConnected() ? WITH_BUS_MS : WITHOUT_BUS_MS;
}
