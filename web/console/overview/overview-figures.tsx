import { Icon, type IconName } from '../../components/icon.tsx';
import type { Word } from '../../i18n/en.ts';
import { useWords } from '../../i18n/i18n.tsx';
import type { Dashboard } from '../../lib/types.ts';

type Figure = readonly [icon: IconName, name: Word, value: string, beside: string];

/** The figures at the top of the overview, or placeholders while they load. */
export function FunnelCounts({ board }: { readonly board: Dashboard | undefined }) {
  const { t } = useWords();
  const figures = useFigures(board);
  return (
    <dl class="figures">
      {figures.map(([icon, name, value, beside]) => (
        <div class="card figure" key={name}>
          <dt class="name">
            <Icon name={icon} />
            {t(name)}
          </dt>
          <dd class="value">{board ? value : '–'}</dd>
          <dd class="beside">{board ? beside : '\u00a0'}</dd>
        </div>
      ))}
    </dl>
  );
}

const NONE = { total: 0, today: 0 };

function useFigures(board: Partial<Dashboard> = {}): readonly Figure[] {
  const { t, format } = useWords();
  const { sessions, otp = NONE, messages = NONE, funnel, limitHits } = board;
  const { verified = 0, sent = 0, conversionRate = null } = funnel ?? {};
  const number = (count = 0) => format.number(count);
  const inAll = (total: number) => t('overview.total', { total: number(total) });
  const conversion = { verified: number(verified), sent: number(sent) };
  const ofSessions = t('overview.ofSessions', { total: number(sessions?.total) });
  return [
    ['sessions', 'overview.sessions', number(sessions?.active), ofSessions],
    ['codes', 'overview.codes', number(otp.today), inAll(otp.total)],
    [
      ...(['check', 'overview.conversion', format.share(conversionRate)] as const),
      t('overview.conversionOf', conversion),
    ],
    ['send', 'overview.messages', number(messages.today), inAll(messages.total)],
    ['shield', 'overview.limits', number(limitHits?.today), t('overview.limits.text')],
  ];
}
