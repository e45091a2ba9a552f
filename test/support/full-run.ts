/** Whether this is `npm run test:full`: every suite on every database, with all kills, draws and looks. */
export const isFull = process.env['TEST_FULL'] === 'true';

/** How often a suite kills its process: `all` in a full run or what TEST_KILLS says, once otherwise. */
export function killsOf(all: number): number {
  return Number(process.env['TEST_KILLS'] ?? (isFull ? all : Math.min(all, 1)));
}

/**
 * The looks in which a suite shows the same pages: colour scheme, width and language. The first, and in a full run or
 * for pictures all of them. A look changes colours, sizes and texts; what a page contains and does is the same in each.
 */
export function looksOf<T>(all: readonly T[]): readonly T[] {
  return isFull || process.env['SCREENSHOTS'] ? all : all.slice(0, 1);
}

/** Some of the cases that one piece of code decides alike: one of each `step`, and all of them in a full run. */
export function someOf<T>(all: readonly T[], step: number): readonly T[] {
  return isFull ? all : all.filter((_, index) => index % step === 0);
}
