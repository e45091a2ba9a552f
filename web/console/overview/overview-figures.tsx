import { Tile } from '../../components/charts/tile.tsx';
import type { IconName } from '../../components/icon.tsx';
import type { Word } from '../../i18n/en.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Range } from '../../lib/range.ts';
import { shareOf } from '../../lib/share.ts';
import type { Dashboard, FunnelReport } from '../../lib/types.ts';

type Props = {
  readonly sessions: Dashboard['sessions'] | undefined;
  readonly range: Range;
  /** The period, and one of the same length before it. */
  readonly now: FunnelReport | undefined;
  readonly before: FunnelReport | undefined;
};

/** A figure of the period: its text, and the same of the period before. */
type Figure = {
  readonly icon: IconName;
  readonly name: Word;
  readonly count: (report: FunnelReport) => number | null;
  /** Whether it is a share. Shares are compared by their difference. */
  readonly isShare?: boolean;
};

const FIGURES: readonly Figure[] = [
  { icon: 'codes', name: 'overview.codes', count: ({ total }) => total.sent },
  {
    ...{ icon: 'check', name: 'overview.conversion', isShare: true },
    count: ({ total }) => shareOf(total.verified, total.sent),
  },
  { icon: 'send', name: 'overview.messages', count: ({ messages }) => messages },
  { icon: 'shield', name: 'overview.limits', count: ({ limitHits }) => limitHits },
];

/** The figures at the top of the overview, or placeholders while they load. */
export function FunnelCounts({ sessions, range, now, before }: Props) {
  const { t, format } = useWords();
  return (
    <dl class="figures">
      <Tile
        icon="sessions"
        name={t('overview.sessions')}
        value={sessions && format.number(sessions.active)}
        beside={sessions ? t('overview.ofSessions', { total: format.number(sessions.total) }) : ''}
      />
      {FIGURES.map((figure) => (
        <PeriodTile key={figure.name} {...{ figure, range, now, before }} />
      ))}
    </dl>
  );
}

type PeriodProps = Omit<Props, 'sessions'> & { readonly figure: Figure };

function PeriodTile({ figure, range, now, before }: PeriodProps) {
  const { t, format } = useWords();
  const { icon, name, count, isShare = false } = figure;
  const show = (value: number | null) =>
    isShare ? format.share(value) : format.number(value ?? 0);
  const past = before && count(before);
  const present = now && count(now);
  const change = useChange(present ?? null, past ?? null, isShare);
  const said = past === undefined ? '' : t(`overview.before.${range}`, { value: show(past) });
  return (
    <Tile
      {...{ icon, name: t(name), value: present === undefined ? undefined : show(present) }}
      beside={[change, said].filter(Boolean).join(' · ')}
    />
  );
}

/** How much a figure has changed: a share by percentage points, a count in percent. Empty if it cannot be said. */
function useChange(to: number | null, from: number | null, isShare: boolean): string {
  const { t, format } = useWords();
  if (to === null || from === null) return '';
  if (isShare) return t('overview.points', { points: format.signed((to - from) * 100) });
  return from === 0 ? '' : format.change((to - from) / from);
}
