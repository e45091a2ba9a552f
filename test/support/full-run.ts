/** Whether this is `npm run test:full`: every suite on every database, with all kills and all draws. */
export const isFull = process.env['TEST_FULL'] === 'true';

/** How often a suite kills its process: `all` in a full run or what TEST_KILLS says, once otherwise. */
export function killsOf(all: number): number {
  return Number(process.env['TEST_KILLS'] ?? (isFull ? all : Math.min(all, 1)));
}
