import { useWords } from '../../i18n/i18n.tsx';
import { shareOf } from '../../lib/share.ts';
import type { FunnelGroup } from '../../lib/types.ts';
import { Bar } from './bar.tsx';

/** More would not fit next to the funnel. */
const MOST = 8;

type Props = {
  readonly groups: readonly FunnelGroup[];
  readonly nameOf: (value: string) => string;
};

/** Shows how many codes each channel, session or region has sent, and the part of them that was verified. */
export function GroupBars({ groups, nameOf }: Props) {
  const { t, format } = useWords();
  const sizes = groups
    .map((group) => ({ ...group, size: sizeOf(group) }))
    .filter(({ size }) => size > 0);
  const sorted = sizes.toSorted((a, b) => b.size - a.size);
  const most = Math.max(1, ...sizes.map(({ size }) => size));
  return (
    <>
      <ul class="bars">
        {sorted.slice(0, MOST).map(({ value, size, verified }) => (
          <li key={value}>
            <div class="bar-head">
              <span class="strong break">{nameOf(value)}</span>
              <span class="nowrap">
                <span class="strong">{format.number(size)}</span>{' '}
                <span class="soft small">
                  {t('overview.verifiedShare', { share: format.share(shareOf(verified, size)) })}
                </span>
              </span>
            </div>
            <Bar share={size / most} strong={Math.min(size, verified) / most} />
          </li>
        ))}
      </ul>
      {sorted.length > MOST && (
        <p class="soft small">{t('overview.more', { count: sorted.length - MOST })}</p>
      )}
      <p class="soft small">{t('overview.groups.hint')}</p>
    </>
  );
}

/** For verifications by a message to us, nothing is sent. */
function sizeOf({ value, asked, sent }: FunnelGroup): number {
  return value === 'inbound' ? asked : sent;
}
