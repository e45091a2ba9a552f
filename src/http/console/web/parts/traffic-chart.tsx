import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { FunnelGroup } from '../core/types.ts';
import { useWords } from '../words/words.tsx';

type Props = { readonly groups: readonly FunnelGroup[]; readonly isByDay: boolean };

/** What was sent and verified over time. The figures beside it say the same in words. */
export function TrafficChart({ groups, isByDay }: Props) {
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
    const made = new uPlot(
      createOptions(element, { names, language: format.language, isByDay }),
      newest.current,
      element,
    );
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

  const sum = (of: 'sent' | 'verified') =>
    format.number(groups.reduce((total, group) => total + group[of], 0));
  const told = t('overview.trafficSum', { sent: sum('sent'), verified: sum('verified') });
  return (
    <>
      <div class="chart" ref={place} role="img" aria-label={told} />
      <div class="legend" aria-hidden="true">
        <span>
          <i /> {t('overview.sent')}
        </span>
        <span>
          <i class="second" /> {t('overview.verified')}
        </span>
      </div>
    </>
  );
}

type Look = {
  readonly names: readonly [string, string];
  readonly language: string;
  readonly isByDay: boolean;
};

function createOptions(element: HTMLElement, { names, language, isByDay }: Look): uPlot.Options {
  const styles = getComputedStyle(element);
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const font = `12px ${colour('--sans')}`;
  const axis = {
    stroke: colour('--soft'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const hours = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const days = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    // Half a label may stand beyond the last tick.
    padding: [8, 30, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.1))] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 70,
        values: (_, ticks, __, ___, step) =>
          ticks.map((tick) => {
            const at = new Date(tick * 1000);
            const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
            return isByDay || isMidnight || step >= 86_400 ? days.format(at) : hours.format(at);
          }),
      },
      {
        ...axis,
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 50_000],
      },
    ],
    series: [
      {},
      {
        label: names[0],
        stroke: colour('--accent'),
        fill: colour('--accent-soft'),
        width: 2,
        points: { show: false },
      },
      {
        label: names[1],
        stroke: colour('--calm'),
        width: 2,
        dash: [6, 4],
        points: { show: false },
      },
    ],
  };
}

/** Changes when the colours do, by the switch or by the device. */
function useScheme(): string {
  const [scheme, setScheme] = useState('');
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const read = () => {
      setScheme(`${document.documentElement.dataset['theme'] ?? 'system'} ${query.matches}`);
    };
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    query.addEventListener('change', read);
    read();
    return () => {
      observer.disconnect();
      query.removeEventListener('change', read);
    };
  }, []);
  return scheme;
}
