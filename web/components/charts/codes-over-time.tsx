import { timeZone } from '../../i18n/formats.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { FunnelReport } from '../../lib/types.ts';
import { TimeChart } from './time-chart.tsx';

type Props = {
  readonly label: string;
  /** By hour or by day. */
  readonly report: FunnelReport;
};

/** Shows how many codes were sent and verified over time. */
export function CodesOverTime({ label, report: { by, groups } }: Props) {
  const { t } = useWords();
  const isByDay = by === 'day';
  return (
    <>
      <p class="soft small">
        {t(isByDay ? 'overview.byDay' : 'overview.byHour', { zone: timeZone() })}
      </p>
      <TimeChart
        label={label}
        times={groups.map(({ value }) => value)}
        isByDay={isByDay}
        lines={[
          {
            ...{ name: t('overview.sent'), colour: '--accent', isFilled: true },
            values: groups.map(({ sent }) => sent),
          },
          {
            ...{ name: t('overview.verified'), colour: '--calm', dash: [6, 4] },
            values: groups.map(({ verified }) => verified),
          },
        ]}
        tell={(when, [sent = '', verified = '']) =>
          t('overview.trafficSum', { when, sent, verified })
        }
      />
    </>
  );
}
