import { Icon } from '../../components/icon.tsx';
import { FailureNotice } from '../../components/notice.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import type { Webhook } from '../../lib/types.ts';
import type { Asked } from './webhook-question.tsx';

/** Sends a test event to an endpoint. */
export function sendTest(id: string): Promise<unknown> {
  return api(`/api/webhooks/${id}/test`, { method: 'POST', body: {} });
}

type Props = {
  readonly webhook: Webhook;
  readonly onAsk: (asked: Asked) => void;
  readonly onChange: () => void;
  readonly onTested: () => void;
};

/** What can be done with an endpoint. */
export function WebhookActions({ webhook, onAsk, onChange, onTested }: Props) {
  const { t } = useWords();
  const { id, isActive } = webhook;
  const test = useAction(() => sendTest(id), onTested);
  const turn = useAction(
    () => api(`/api/webhooks/${id}`, { method: 'PATCH', body: { isActive: !isActive } }),
    onChange,
  );
  return (
    <>
      <div class="actions">
        <button type="button" class="button" disabled={test.isBusy} onClick={() => test.run()}>
          <Icon name="send" />
          {t('webhooks.test')}
        </button>
        <button type="button" class="button" disabled={turn.isBusy} onClick={() => turn.run()}>
          <Icon name={isActive ? 'pause' : 'play'} />
          {t(isActive ? 'webhooks.pause' : 'webhooks.resume')}
        </button>
        {(['edit', 'rotate', 'delete'] as const).map((what) => (
          <button
            type="button"
            class={`button ${what === 'delete' ? 'danger' : ''}`}
            onClick={() => onAsk({ what, webhook })}
            key={what}
          >
            {t(`webhooks.${what}`)}
          </button>
        ))}
        <button type="button" class="button" onClick={() => onAsk({ what: 'receiver' })}>
          <Icon name="copy" />
          {t('webhooks.receiver')}
        </button>
      </div>
      <FailureNotice of={test.failure ?? turn.failure} />
    </>
  );
}
