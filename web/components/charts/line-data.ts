import type uPlot from 'uplot';

/** One count over time, and how it is drawn. */
export type Line = {
  readonly name: string;
  readonly values: readonly number[];
  readonly colour: '--accent' | '--calm' | '--warn' | '--bad';
  readonly isFilled?: boolean;
  readonly dash?: number[];
};

type Values = (number | null)[];

/**
 * The data of a chart: the times in seconds, and each line in two parts. The second one leads to the last time, which is
 * not over yet. Nothing is drawn before the first time that counts anything.
 */
export function toData(
  times: readonly string[],
  lines: readonly Pick<Line, 'values'>[],
): uPlot.AlignedData {
  const seconds = times.map((time) => new Date(time).getTime() / 1000);
  const first = times.findIndex((_, index) => lines.some(({ values }) => (values[index] ?? 0) > 0));
  const last = times.length - 1;
  const pick = (values: readonly number[], from: number, to: number): Values =>
    times.map((_, index) => (index >= from && index <= to ? (values[index] ?? null) : null));
  const start = first < 0 ? 0 : first;
  const parts = lines.flatMap(({ values }) => [
    pick(values, start, last - 1),
    pick(values, Math.max(start, last - 1), last),
  ]);
  return [seconds, ...parts];
}
