import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { useWords } from '../../i18n/i18n.tsx';
import type { FunnelGroup } from '../../lib/types.ts';
import { createOptions } from './chart-options.ts';
import { useScheme } from './use-scheme.ts';

type Props = { readonly groups: readonly FunnelGroup[]; readonly isByDay: boolean };

/** Shows sent and verified codes over time. The figures next to it state the same values as text. */
export function TrafficChart({ groups, isByDay }: Props) {
  const { t, format } = useWords();
  const [pointed, setPointed] = useState<number>();
  const { place, chart } = useChart({ groups, isByDay, onPoint: setPointed });

  const sum = (of: 'sent' | 'verified') => groups.reduce((total, group) => total + group[of], 0);
  const group = pointed === undefined ? undefined : groups[pointed];
  const { sent, verified } = group ?? { sent: sum('sent'), verified: sum('verified') };
  const counts = { sent: format.number(sent), verified: format.number(verified) };
  const nameOf = isByDay ? format.day : format.hour;
  const when = group ? nameOf(group.value) : t('overview.wholeRange');
  const last = groups.length - 1;

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
        aria-label={t('overview.traffic')}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={pointed ?? last}
        aria-valuetext={t('overview.trafficSum', { when, ...counts })}
      />
      <div class="legend" aria-hidden="true">
        <span>
          <i /> {t('overview.sent')} <b>{counts.sent}</b>
        </span>
        <span>
          <i class="second" /> {t('overview.verified')} <b>{counts.verified}</b>
        </span>
        <span>{when}</span>
      </div>
    </>
  );
}

type ChartProps = Props & { readonly onPoint: (index: number | undefined) => void };

/** Renders the chart. It is recreated when its appearance changes, and updated when only its data does. */
function useChart({ groups, isByDay, onPoint }: ChartProps) {
  const { t, format } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const scheme = useScheme();
  const data: uPlot.AlignedData = [
    groups.map(({ value }) => new Date(value).getTime() / 1000),
    groups.map(({ sent }) => sent),
    groups.map(({ verified }) => verified),
  ];
  const newest = useRef(data);
  newest.current = data;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const names = [t('overview.sent'), t('overview.verified')] as const;
    const look = { names, language: format.language, isByDay, onPoint };
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
