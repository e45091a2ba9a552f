import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { useWords } from '../../i18n/i18n.tsx';
import { createOptions } from './chart-options.ts';
import { type Line, toData } from './line-data.ts';
import { useScheme } from './use-scheme.ts';

type Props = {
  readonly label: string;
  /** When each hour or day began. The last one is not over yet. */
  readonly times: readonly string[];
  readonly lines: readonly Line[];
  readonly isByDay: boolean;
  /** Says the counts of one time, or of all, in the order of the lines. */
  readonly tell: (when: string, counts: readonly string[]) => string;
};

/** Shows counts over time. The legend and the value of the slider state them as text. */
export function TimeChart({ label, times, lines, isByDay, tell }: Props) {
  const { t, format } = useWords();
  const [pointed, setPointed] = useState<number>();
  const { place, chart } = useChart({ times, lines, isByDay, onPoint: setPointed });

  const time = pointed === undefined ? undefined : times[pointed];
  const counts = lines.map(({ values }) =>
    format.number(pointed === undefined || !time ? sum(values) : (values[pointed] ?? 0)),
  );
  const nameOf = isByDay ? format.day : format.hour;
  const when = time ? nameOf(time) : t('overview.wholeRange');
  const last = times.length - 1;

  function onKeyDown(event: KeyboardEvent): void {
    const next = step(event.key, pointed, last);
    if (next === undefined || !chart.current) return;
    event.preventDefault();
    pointAt(chart.current, next);
  }

  return (
    <>
      <div
        class="chart"
        ref={place}
        role="slider"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => chart.current?.setCursor({ left: -10, top: -10 })}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={pointed ?? last}
        aria-valuetext={tell(when, counts)}
      />
      <div class="legend" aria-hidden="true">
        {lines.map(({ name, colour }, index) => (
          <span key={name}>
            <i class={colour.slice(2)} /> {name} <b>{counts[index]}</b>
          </span>
        ))}
        <span>{when}</span>
      </div>
      <p class="soft small">{t(isByDay ? 'chart.running.day' : 'chart.running.hour')}</p>
    </>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

type ChartProps = Pick<Props, 'times' | 'lines' | 'isByDay'> & {
  readonly onPoint: (index: number | undefined) => void;
};

/** Renders the chart. It is recreated when its appearance changes, and updated when only its data does. */
function useChart({ times, lines, isByDay, onPoint }: ChartProps) {
  const { format } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const scheme = useScheme();
  const data = toData(times, lines);
  const newest = useRef(data);
  newest.current = data;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const look = { lines, language: format.language, isByDay, onPoint };
    const made = new uPlot(createOptions(element, look), newest.current, element);
    chart.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [scheme, isByDay, format.language]);

  const identity = JSON.stringify(data);
  useEffect(() => chart.current?.setData(newest.current), [identity]);
  return { place, chart };
}

/** Returns the index that an arrow key selects. Without a selection, it is the newest. */
function step(key: string, from: number | undefined, last: number): number | undefined {
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const way = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (way === undefined) return undefined;
  return Math.min(last, Math.max(0, from === undefined ? last : from + way));
}

function pointAt(chart: uPlot, index: number): void {
  const time = chart.data[0][index];
  if (time !== undefined) chart.setCursor({ left: chart.valToPos(time, 'x'), top: 0 });
}
