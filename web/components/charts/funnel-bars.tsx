import { useWords } from '../../i18n/i18n.tsx';
import type { Funnel } from '../../lib/types.ts';

/** Shows the funnel of a period: each step as a share of the sent codes. */
export function FunnelBars({ funnel }: { readonly funnel: Funnel }) {
  const { t, format } = useWords();
  const { sent, delivered, read, verified, failed, expired } = funnel;
  const steps = [
    ['overview.sent', sent, sent === 0 ? null : 1],
    ['overview.delivered', delivered, funnel.deliveryRate],
    ['overview.read', read, funnel.readRate],
    ['overview.verified', verified, funnel.conversionRate],
  ] as const;
  return (
    <>
      <ul class="bars">
        {steps.map(([word, count, rate]) => (
          <li key={word}>
            <div class="bar-head">
              <span class="strong">{t(word)}</span>
              <span>
                <span class="strong">{format.number(count)}</span>{' '}
                <span class="soft small">{format.share(rate)}</span>
              </span>
            </div>
            <Bar share={rate ?? 0} />
          </li>
        ))}
      </ul>
      <p class="soft small">
        {t('overview.failed', { count: format.number(failed) })} ·{' '}
        {t('overview.expired', { count: format.number(expired) })}
      </p>
      <dl class="times">
        <Time name={t('overview.toDelivery')} times={funnel.deliveryMs} />
        <Time name={t('overview.toVerification')} times={funnel.verificationMs} />
      </dl>
    </>
  );
}

/** An SVG, because the security policy of the page forbids style attributes. */
function Bar({ share }: { readonly share: number }) {
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="10" rx="1" />
      <rect class="fill" width={Math.max(share > 0 ? 0.6 : 0, share * 100)} height="10" rx="1" />
    </svg>
  );
}

type TimeProps = { readonly name: string; readonly times: Funnel['deliveryMs'] };

function Time({ name, times: { p50, p95 } }: TimeProps) {
  const { t, format } = useWords();
  return (
    <div>
      <dt class="small strong">{name}</dt>
      {p50 === null ? (
        <dd class="soft small">{t('overview.noTimes')}</dd>
      ) : (
        <>
          <dd class="soft small">{t('overview.half', { time: format.milliseconds(p50) })}</dd>
          <dd class="soft small">{t('overview.most', { time: format.milliseconds(p95) })}</dd>
        </>
      )}
    </div>
  );
}
