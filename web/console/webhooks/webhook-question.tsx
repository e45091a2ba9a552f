import { Confirm } from '../../components/confirm.tsx';
import { CopyBox } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../i18n/i18n.tsx';
import { api } from '../../lib/api.ts';
import { navigate } from '../../lib/router.ts';
import type { CreatedWebhook, Webhook } from '../../lib/types.ts';
import { ReceiverDialog } from './receiver-dialog.tsx';
import { EditWebhook, NewWebhook } from './webhook-dialog.tsx';

/** The open dialog of a page. */
export type Asked =
  | { readonly what: 'new' }
  /** After the secret was shown, closing returns to it, because it cannot be shown again. */
  | { readonly what: 'receiver'; readonly made?: CreatedWebhook }
  | { readonly what: 'edit' | 'rotate' | 'delete'; readonly webhook: Webhook }
  | { readonly what: 'secret'; readonly made: CreatedWebhook };

type Props = {
  readonly asked: Asked;
  readonly onAsk: (asked: Asked | undefined) => void;
  /** The endpoints have changed. */
  readonly onChange: () => void;
};

/** The open dialog: a new endpoint, its secret, a receiver, or a change. */
export function WebhookQuestion({ asked, onAsk, onChange }: Props) {
  const onClose = () => onAsk(undefined);
  function onMade(made: CreatedWebhook): void {
    onAsk({ what: 'secret', made });
    onChange();
  }
  function onDone(): void {
    onClose();
    onChange();
  }
  if (asked.what === 'new') return <NewWebhook key="new" onMade={onMade} onClose={onClose} />;
  if (asked.what === 'receiver') {
    const { made } = asked;
    const onBack = () => onAsk(made && { what: 'secret', made });
    return <ReceiverDialog key="receiver" onClose={onBack} />;
  }
  if (asked.what === 'secret') {
    const onReceiver = () => onAsk({ what: 'receiver', made: asked.made });
    return <Secret key="secret" made={asked.made} {...{ onClose, onReceiver }} />;
  }
  const { what, webhook } = asked;
  if (what === 'edit') return <EditWebhook key="edit" {...{ webhook, onDone, onClose }} />;
  if (what === 'rotate') return <Rotation key="rotate" {...{ webhook, onMade, onClose }} />;
  return <Deletion key="delete" {...{ webhook, onClose }} />;
}

type RotationProps = {
  readonly webhook: Webhook;
  readonly onMade: (made: CreatedWebhook) => void;
  readonly onClose: () => void;
};

function Rotation({ webhook: { id }, onMade, onClose }: RotationProps) {
  const { t } = useWords();
  const rotate = () =>
    api<CreatedWebhook>(`/api/webhooks/${id}/rotate`, { method: 'POST', body: {} }).then(onMade);
  return (
    <Confirm
      {...{ title: t('webhooks.rotate.title'), text: t('webhooks.rotate.text') }}
      {...{ verb: t('webhooks.rotate'), isSafe: true, act: rotate, onDone: () => {}, onClose }}
    />
  );
}

type DeletionProps = { readonly webhook: Webhook; readonly onClose: () => void };

function Deletion({ webhook: { id, url }, onClose }: DeletionProps) {
  const { t } = useWords();
  return (
    <Confirm
      title={t('webhooks.delete.title')}
      text={t('webhooks.delete.text', { url })}
      verb={t('webhooks.delete')}
      act={() => api(`/api/webhooks/${id}`, { method: 'DELETE' })}
      onDone={() => navigate('/webhooks')}
      onClose={onClose}
    />
  );
}

type SecretProps = {
  readonly made: CreatedWebhook;
  readonly onClose: () => void;
  readonly onReceiver: () => void;
};

/** Shows the secret of an endpoint, once. */
function Secret({ made: { url, secret }, onClose, onReceiver }: SecretProps) {
  const { t } = useWords();
  return (
    <Dialog title={t('webhooks.secret')} onClose={onClose}>
      <Notice tone="warn">{t('webhooks.secret.text')}</Notice>
      <p class="strong break">{url}</p>
      <CopyBox text={secret} />
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onReceiver}>
          {t('webhooks.receiver')}
        </button>
        <button type="button" class="button primary" onClick={onClose}>
          {t('do.done')}
        </button>
      </div>
    </Dialog>
  );
}
