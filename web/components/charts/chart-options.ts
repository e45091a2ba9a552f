import type uPlot from 'uplot';

export type Look = {
  readonly names: readonly [string, string];
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

/** Creates the options of the chart in the current colours of the page. */
export function createOptions(element: HTMLElement, look: Look): uPlot.Options {
  const { names, onPoint } = look;
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--soft'),
    font: `12px ${colour('--sans')}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  // A single value is a point in the middle, not a line.
  const isOne = ({ data: [times] }: uPlot) => times.length < 2;
  const points = { show: isOne };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    // Room for half a label beyond the last tick.
    padding: [8, 30, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
    scales: {
      x: {
        range: (chart, min, max) => (isOne(chart) ? [min - HOUR / 2, min + HOUR / 2] : [min, max]),
      },
      y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.1))] },
    },
    axes: [
      { ...axis, ...createTimes(look), grid: { show: false }, size: 28, space: 70 },
      {
        ...axis,
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 50_000],
      },
    ],
    series: [
      {},
      {
        ...{ label: names[0], stroke: colour('--accent'), fill: colour('--accent-soft') },
        ...{ width: 2, points },
      },
      { label: names[1], stroke: colour('--calm'), width: 2, dash: [6, 4], points },
    ],
  };
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
