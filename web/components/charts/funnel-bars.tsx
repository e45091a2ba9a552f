import { useWords } from '../../i18n/i18n.tsx';
import { shareOf } from '../../lib/share.ts';
import type { Funnel } from '../../lib/types.ts';
import { Bar } from './bar.tsx';
import { toOutcomes, toSteps } from './funnel-steps.ts';

/** Shows the funnel of a period: each step as a share of the sent codes, and what became of the others. */
export function FunnelBars({ funnel }: { readonly funnel: Funnel }) {
  const { t, format } = useWords();
  const { sent, arrived, verified } = toSteps(funnel);
  const steps = [
    ['overview.sent', sent, ''],
    ['overview.arrived', arrived, t('overview.readOf', { count: format.number(funnel.read) })],
    ['overview.verified', verified, ''],
  ] as const;
  return (
    <>
      <ul class="bars">
        {steps.map(([word, count, note]) => (
          <li key={word}>
            <div class="bar-head">
              <span>
                <span class="strong">{t(word)}</span> <span class="soft small">{note}</span>
              </span>
              <span>
                <span class="strong">{format.number(count)}</span>{' '}
                <span class="soft small">{format.share(shareOf(count, sent))}</span>
              </span>
            </div>
            <Bar share={sent === 0 ? 0 : count / sent} />
          </li>
        ))}
      </ul>
      <Outcomes funnel={funnel} />
      <dl class="times">
        <Time name={t('overview.toDelivery')} times={funnel.deliveryMs} />
        <Time name={t('overview.toVerification')} times={funnel.verificationMs} />
      </dl>
    </>
  );
}

/** Two sums, so that a reader sees where the other codes are. */
function Outcomes({ funnel }: { readonly funnel: Funnel }) {
  const { t, format } = useWords();
  const counts = Object.fromEntries(
    Object.entries(toOutcomes(funnel)).map(([name, count]) => [name, format.number(count)]),
  );
  return (
    <ul class="soft small">
      <li>{t('overview.sumAsked', counts)}</li>
      <li>{t('overview.sumSent', counts)}</li>
    </ul>
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
