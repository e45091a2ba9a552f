import { Badge, KindBadge } from '../../components/badge.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import type { Webhook } from '../../lib/types.ts';

type Props = { readonly of: Webhook };

/** Whether an endpoint gets events, and why not. */
export function WebhookState({ of }: Props) {
  const { name } = useWords();
  return (
    <>
      <KindBadge kind="webhookState" value={toState(of)} />
      {!of.isActive && <div class="soft small">{name('webhookReason', of.disabledReason)}</div>}
    </>
  );
}

/** How the last attempts of an endpoint ended. The error is untrusted and only shown as text. */
export function WebhookHealth({ of }: Props) {
  const { t, format } = useWords();
  const { failures, failingSince, lastError, lastSuccessAt } = of;
  const last = lastSuccessAt ? format.moment(lastSuccessAt) : t('say.never');
  const count = format.number(failures);
  return (
    <div class="stack tight small">
      {failures > 0 && (
        <Badge tone="warn" icon="alert" text={t('webhooks.failures.count', { count })} />
      )}
      {failingSince && (
        <div>{t('webhooks.failingSince.at', { time: format.moment(failingSince) })}</div>
      )}
      {lastError && <div class="soft break">{lastError}</div>}
      <div class="soft">{t('webhooks.lastSuccess.at', { time: last })}</div>
    </div>
  );
}

function toState({ isActive, disabledReason }: Webhook): string {
  if (isActive) return 'active';
  return disabledReason === 'paused' ? 'paused' : 'disabled';
}
