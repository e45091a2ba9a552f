import type uPlot from 'uplot';
import type { Line } from './line-data.ts';

export type Look = {
  readonly lines: readonly Omit<Line, 'values'>[];
  readonly language: string;
  readonly isByDay: boolean;
  /** Called with the index of the time under the pointer, or undefined. */
  readonly onPoint: (index: number | undefined) => void;
};

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Counts are hourly at the finest, so ticks are not finer either. */
const HOURS = [1, 2, 3, 4, 6, 8, 12].map((count) => count * HOUR);
const DAYS = [1, 2, 3, 5, 7, 14].map((count) => count * DAY);

/** How opaque the area below a line is: little, so that the grid stays visible. As two hexadecimal digits. */
const AREA = '22';

/** The part of a line that is not over yet. */
const DOTTED = [2, 5];

/** Creates the options of the chart in the current colours of the page. */
export function createOptions(element: HTMLElement, look: Look): uPlot.Options {
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--soft'),
    font: `12px ${colour('--sans')}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    // Room for the half of the last label that is beyond its tick.
    padding: [10, 22, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    hooks: { setCursor: [({ cursor }) => look.onPoint(cursor.idx ?? undefined)] },
    scales: {
      x: {
        range: (chart, min, max) => (isOne(chart) ? [min - HOUR / 2, min + HOUR / 2] : [min, max]),
      },
      y: { range: (_, __, max) => [0, Math.max(4, Math.ceil((max ?? 0) * 1.1))] },
    },
    axes: [
      // The gap keeps the first label away from the zero of the other axis.
      { ...axis, ...createTimes(look), grid: { show: false }, size: 34, gap: 10, space: 76 },
      {
        ...axis,
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 50_000],
      },
    ],
    series: [{}, ...look.lines.flatMap((line) => createSeries(line, colour(line.colour)))],
  };
}

/** A single value is a point in the middle, not a line. */
function isOne({ data: [times] }: uPlot): boolean {
  return times.length < 2;
}

/** A line in two parts: what is over, and what is not. */
function createSeries({ name, isFilled, dash }: Look['lines'][number], stroke: string) {
  // One point alone makes no line.
  const points = {
    show: ({ data }: uPlot, index: number) =>
      (data[index] ?? []).filter((value) => value !== null && value !== undefined).length === 1,
  };
  const common = { label: name, stroke, width: 2, points };
  const over = { ...common, ...(isFilled && { fill: stroke + AREA }), ...(dash && { dash }) };
  return [over, { ...common, dash: DOTTED }];
}

/** The ticks of the time axis and their labels. */
function createTimes({ language, isByDay }: Look): Pick<uPlot.Axis, 'incrs' | 'values'> {
  const hours = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const days = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  return {
    incrs: isByDay ? DAYS : [...HOURS, ...DAYS],
    values: (_, ticks, __, ___, step) =>
      ticks.map((tick) => {
        const at = new Date(tick * 1000);
        const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
        return isByDay || isMidnight || step >= DAY ? days.format(at) : hours.format(at);
      }),
  };
}
